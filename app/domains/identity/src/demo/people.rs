//! The people of the demo.

use kernel::{Permission, Role};

use super::{DemoPerson, DemoPlan, roles::DemoRole};

const fn person(
    short: &'static str,
    name: &'static str,
    role: Role,
    title: &'static str,
    teams: &'static [&'static str],
) -> DemoPerson {
    DemoPerson { short, name, role, title, teams }
}

/// A dealership for used cars.
pub(crate) const NORDVIK: DemoPlan = DemoPlan {
    name: "Nordvik Cars",
    domain: "nordvik.example",
    time_zone: "Europe/Stockholm",
    currency: "SEK",
    teams: &["Sales", "Testers", "Mechanics", "Photo"],
    people: &[
        person("elsa", "Elsa Lindqvist", Role::Owner, "Managing director", &["Sales"]),
        person("petra", "Petra Ek", Role::Admin, "Workshop manager", &["Mechanics", "Testers"]),
        person("marek", "Marek Havel", Role::Member, "Test driver", &["Testers"]),
        person("oskar", "Oskar Berg", Role::Member, "Mechanic", &["Mechanics"]),
        person("sara", "Sara Johansson", Role::Member, "Sales", &["Sales", "Photo"]),
        person("anna", "Anna Kask", Role::Member, "Test driver", &["Testers"]),
        person("jonas", "Jonas Nyman", Role::Member, "Mechanic", &["Mechanics"]),
        person("ingmar", "Ingmar Falk", Role::Member, "Bodywork", &["Mechanics"]),
        person("lina", "Lina Sjö", Role::Member, "Photographer", &["Photo"]),
        person("hanna", "Hanna Nord", Role::Member, "Sales", &["Sales"]),
        person("greta", "Greta Wall", Role::Member, "Photographer", &["Photo"]),
        person("bo", "Bo Axén", Role::Member, "Mechanic and test driver", &["Mechanics", "Testers"]),
        person("nils", "Nils Fjord", Role::Guest, "Fjord Taxi", &[]),
    ],
    further_roles: &[("oskar", "workflow_manager"), ("sara", "content_creator")],
    own_roles: &[DemoRole {
        name: "Test drive lead",
        description: "Keeps the team of test drivers and reads its reports.",
        permissions: &[Permission::TeamManage, Permission::ReportView],
        holders: &[("anna", "Testers")],
    }],
};

/// Name and address of somebody of Mediap support.
pub(crate) const SUPPORTER: (&str, &str) = ("Sam Rivers", "sam@support.example");

/// A studio that has nothing to do with the dealership.
pub(crate) const HALDEN: DemoPlan = DemoPlan {
    name: "Halden Studio",
    domain: "halden.example",
    time_zone: "Europe/Oslo",
    currency: "NOK",
    teams: &["Editors"],
    people: &[
        person("maja", "Maja Halden", Role::Owner, "Creative director", &["Editors"]),
        person("leo", "Leo Sund", Role::Member, "Editor", &["Editors"]),
    ],
    further_roles: &[],
    own_roles: &[],
};
