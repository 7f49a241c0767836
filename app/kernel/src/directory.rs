//! Names of people and teams: the part of an organisation that every page writes.
//!
//! Records carry ids; pages look the names up here. The application loads it once per page, so domains
//! need no joins into each other's tables.

use serde::{Deserialize, Serialize};

use crate::{MemberId, TeamId};

/// The members and teams of an organisation, as far as pages name them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// Members, by name; suspended and removed ones too, since old records name them.
    pub people: Vec<Person>,
    /// Teams, by name.
    pub teams: Vec<Team>,
}

/// A member as pages name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The membership.
    pub id: MemberId,
    /// Full name.
    pub name: String,
    /// Colour of the avatar: index into the category palette, 1 to 10.
    pub category: i64,
    /// Whether work can be given to them.
    pub active: bool,
    /// The version of their picture; 0 while they have none.
    pub avatar: i64,
}

impl Person {
    /// The address of their picture, if they have one.
    pub fn picture(&self) -> Option<String> {
        picture(self.id, self.avatar)
    }
}

/// The address of a member's picture, if its version says that there is one.
pub fn picture(id: MemberId, version: i64) -> Option<String> {
    (version != 0).then(|| format!("/avatar/{id}?v={version}"))
}

/// A team as pages name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// The team.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Colour of its mark: index into the category palette, 1 to 10.
    pub category: i64,
}

impl Directory {
    /// The member with this id.
    pub fn person(&self, id: MemberId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The team with this id.
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }
}

/// A person or a team: both are read at once, since every page needs both.
#[cfg(feature = "ssr")]
#[derive(sqlx::FromRow)]
struct Row {
    id: uuid::Uuid,
    name: String,
    category: i64,
    is_team: bool,
    active: bool,
    avatar: i64,
}

#[cfg(feature = "ssr")]
impl Directory {
    /// Reads the directory of the organisation `cx` is in.
    pub async fn load(cx: &crate::Cx) -> crate::Result<Directory> {
        Directory::read(cx.db(), cx.organisation_id()).await
    }

    /// Reads the directory of an organisation, for instance inside a unit of work.
    pub async fn read(
        on: impl Into<db::On<'_>>,
        organisation_id: crate::OrganisationId,
    ) -> crate::Result<Directory> {
        let rows: Vec<Row> = db::sql(
            "select m.id, a.name, m.category, false as is_team, m.state = 'active' and m.deleted_at is null as active,
               case when m.state = 'invited' then 0 else a.avatar_version end as avatar
             from member m
             join account a on a.id = m.account_id
             where m.organisation_id = $1
             union all
             select id, name, category, true, true, 0
             from team
             where organisation_id = $1 and deleted_at is null
             order by 2, 1",
        )
        .bind(organisation_id)
        .all(on)
        .await?;
        let mut directory = Directory::default();
        for row in rows {
            if row.is_team {
                directory.teams.push(Team { id: row.id.into(), name: row.name, category: row.category });
            } else {
                let (id, name, category) = (row.id.into(), row.name, row.category);
                directory.people.push(Person { id, name, category, active: row.active, avatar: row.avatar });
            }
        }
        Ok(directory)
    }
}
