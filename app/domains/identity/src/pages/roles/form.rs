//! The form of a role: name, what it is for, and a box per permission.

use kernel::{Module, PermissionSet};
use leptos::prelude::*;
use ui::{Checkbox, TextField, field_error};

/// The fields of a role, to be put into a form. What the viewer may not do themselves cannot be ticked.
#[component]
pub(super) fn RoleFields(
    /// The name at first.
    name: String,
    /// What it is for, at first.
    purpose: String,
    /// What is ticked at first.
    permissions: Signal<PermissionSet>,
    /// What the viewer may do.
    own: PermissionSet,
    /// What came of the form.
    error: Signal<Option<kernel::Error>>,
) -> impl IntoView {
    let modules = move || {
        let permissions = permissions.get();
        Module::ALL
            .iter()
            .map(|module| {
                let boxes = module
                    .permissions()
                    .map(|permission| {
                        let (checked, disabled) = (permissions.has(permission), !own.has(permission));
                        let hint = disabled.then(|| "You may not do this yourself.".to_owned());
                        view! {
                            <Checkbox name="permissions[]" value=permission.key() checked disabled hint>
                                {permission.label()}
                            </Checkbox>
                        }
                    })
                    .collect_view();
                view! {
                    <fieldset class="role-module">
                        <legend>{module.label()}</legend>
                        {boxes}
                    </fieldset>
                }
            })
            .collect_view()
    };
    view! {
        <TextField
            name="name"
            label="Name"
            maxlength=60
            autocomplete="off"
            value=name
            required=true
            error=field_error(error, "name")
        />
        <TextField
            name="description"
            label="What it is for"
            maxlength=200
            autocomplete="off"
            value=purpose
            hint="One sentence, for whoever gives the role."
            error=field_error(error, "description")
        />
        <div class="role-modules">{modules}</div>
    }
}
