//! The table of what each role may do: a line per permission, a column per role.
//!
//! It has about a thousand cells without any state, so it is written as one text.

use kernel::Module;
use leptos::prelude::*;
use ui::{
    IconSize,
    html::{push_escaped, push_icon},
};

use crate::role::model::{Kind, RoleCard};

/// See the module.
#[component]
pub(super) fn Matrix(
    /// All roles.
    roles: Vec<RoleCard>,
    /// The key of the role that a phone shows.
    chosen: Memo<String>,
) -> impl IntoView {
    let table = move || write(&roles, &chosen.get());
    view! { <div class="table-frame" role="region" aria-label="What each role may do" tabindex="0" inner_html=table></div> }
}

fn write(roles: &[RoleCard], chosen: &str) -> String {
    let mut html = String::with_capacity(80_000);
    html.push_str(
        "<table class=\"table role-matrix\"><caption class=\"visually-hidden\">What each role may do</caption><thead><tr>\
         <th scope=\"col\">Permission</th>",
    );
    for (index, role) in roles.iter().enumerate() {
        let begins =
            index.checked_sub(1).and_then(|before| roles.get(before)).is_none_or(|it| it.kind != role.kind);
        html.push_str("<th scope=\"col\" class=\"");
        html.push_str(&classes(role, chosen, begins));
        html.push_str("\"><a href=\"/settings/roles/");
        push_escaped(&mut html, &role.key);
        html.push_str("\" data-tooltip=\"");
        push_escaped(&mut html, &role.purpose);
        html.push_str("\">");
        push_escaped(&mut html, &role.name);
        html.push_str("</a><small>");
        html.push_str(&match role.holders {
            1 => "1 person".to_owned(),
            holders => format!("{holders} people"),
        });
        html.push_str("</small></th>");
    }
    html.push_str("</tr></thead>");
    for module in Module::ALL {
        html.push_str("<tbody><tr class=\"role-module-row\"><th scope=\"rowgroup\" colspan=\"");
        html.push_str(&(roles.len() + 1).to_string());
        html.push_str("\"><span>");
        html.push_str(module.label());
        html.push_str("</span></th></tr>");
        for permission in module.permissions() {
            html.push_str("<tr><th scope=\"row\">");
            push_escaped(&mut html, permission.label());
            html.push_str("</th>");
            for (index, role) in roles.iter().enumerate() {
                let begins = index
                    .checked_sub(1)
                    .and_then(|before| roles.get(before))
                    .is_none_or(|it| it.kind != role.kind);
                html.push_str("<td class=\"");
                html.push_str(&classes(role, chosen, begins));
                html.push_str("\">");
                if role.permissions.has(permission) {
                    push_icon(&mut html, "check", IconSize::Small);
                    html.push_str("<span class=\"visually-hidden\">Yes</span>");
                } else {
                    html.push_str("<span class=\"visually-hidden\">No</span>");
                }
                html.push_str("</td>");
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody>");
    }
    html.push_str("</table>");
    html
}

fn classes(role: &RoleCard, chosen: &str, begins: bool) -> String {
    let mut classes = String::from(match role.kind {
        Kind::Base => "is-base",
        Kind::BuiltIn => "is-built-in",
        Kind::Custom => "is-own",
    });
    if role.key == chosen {
        classes.push_str(" is-chosen");
    }
    if begins {
        classes.push_str(" is-first");
    }
    classes
}

#[cfg(test)]
mod tests {
    use kernel::{Permission, PermissionSet};

    use super::*;

    #[test]
    fn names_cannot_leave_their_cell() {
        let role = RoleCard {
            key: "x".into(),
            kind: Kind::Custom,
            name: "<b>Lead</b>".into(),
            purpose: "\"quoted\"".into(),
            permissions: PermissionSet::of(&[Permission::ItemMove]),
            holders: 1,
            version: 1,
        };
        let html = write(&[role], "x");
        assert!(html.contains("&lt;b&gt;Lead") && !html.contains("<b>"), "{html}");
        assert!(html.contains("&quot;quoted&quot;") && html.contains("is-own is-chosen is-first"));
        assert_eq!(html.matches(">Yes<").count(), 1);
        assert_eq!(html.matches(">No<").count(), Permission::ALL.len() - 1);
    }
}
