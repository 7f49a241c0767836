//! Fields and choices.

use chrono::{NaiveDate, NaiveTime};
use leptos::prelude::*;

use super::{Exhibit, Line, today};
use crate::{
    Checkbox, Choice, Combobox, ComboboxOption, DateField, PasswordField, RadioGroup, SelectField, Switch,
    TextArea, TextField, TimeField,
};

#[component]
pub(super) fn Fields(name: &'static str) -> impl IntoView {
    let id = move |field: &str| format!("{name}-{field}");
    let email = RwSignal::new("elsa.nordvikcars.se".to_owned());
    let email_error =
        move || (!email.get().contains('@')).then(|| "Add the part after the @ sign".to_owned());
    let people = vec![
        ComboboxOption::new("marek", "Marek Havel").hint("free 14:00").person(2),
        ComboboxOption::new("ingmar", "Ingmar Falk").hint("full today").person(10),
        ComboboxOption::new("oskar", "Oskar Berg").hint("free now").person(1),
        ComboboxOption::new("sara", "Sara Johansson").person(5),
        ComboboxOption::new("amina", "Amina Karim").hint("off").person(3),
    ];
    let workshops = vec![
        Choice::new("hisings", "Nordvik Hisings Backa"),
        Choice::new("molndal", "Nordvik Mölndal"),
        Choice::new("kungalv", "Nordvik Kungälv"),
    ];
    let moves = vec![
        Choice::new("move", "Move them to Repair and recondition"),
        Choice::new("finish", "Let them finish on version 4").hint("Takes about 12 days"),
    ];
    view! {
        <Exhibit title="Field" width="is-8">
            <div class="form-grid">
                <TextField
                    name=id("cost")
                    label="Repair cost"
                    prefix="SEK"
                    value="12,400"
                    inputmode="decimal"
                    hint="Without VAT"
                    required=true
                />
                <TextField name=id("search") label="Find" icon="search" placeholder="Name or key"/>
                <TextField name=id("locked") label="Step" icon="lock" value="Set by the workflow" disabled=true/>
                <TextField name=id("email") label="Email" kind="email" bind=email error=email_error/>
                <TextField
                    name=id("approved")
                    label="Repair cost"
                    prefix="SEK"
                    value="18,900"
                    warning=|| Some("Workshop lead approves this".to_owned())
                />
                <TextField name=id("mileage") label="Mileage" value="142,300" suffix="km" inputmode="numeric"/>
                <PasswordField
                    name=id("password")
                    label="Password"
                    aside=|| view! { <a class="link" href="#forgot">"Forgot it"</a> }
                />
                <SelectField name=id("workshop") label="Workshop" options=workshops value="hisings"/>
                <Combobox name=id("assignee") label="Assignee" options=people value="oskar" placeholder="Nobody"/>
                <DateField
                    name=id("due")
                    label="Due"
                    value=NaiveDate::from_ymd_opt(2025, 11, 24)
                    today=today()
                    min=NaiveDate::from_ymd_opt(2025, 11, 12)
                />
                <TimeField
                    name=id("starts")
                    label="Starts"
                    value=NaiveTime::from_hms_opt(13, 0, 0)
                    hint="Europe/Stockholm. Type 1p, 13 or 1330"
                />
                <TextField name=id("order") label="Supplier order" value="AD-77120" readonly=true/>
                <div class="is-full">
                    <TextArea name=id("comment") label="Comment" value="Timing cover leaks as well."/>
                </div>
            </div>
        </Exhibit>
        <Exhibit title="Choice">
            <Line label="Checkbox">
                <Checkbox name=id("a")>"Off"</Checkbox>
                <Checkbox name=id("b") checked=true>
                    "On"
                </Checkbox>
                <Checkbox name=id("c") mixed=true>
                    "Some"
                </Checkbox>
                <Checkbox name=id("d") checked=true disabled=true>
                    "Locked"
                </Checkbox>
            </Line>
            <Line label="Switch">
                <Switch name=id("e")>"Off"</Switch>
                <Switch name=id("f") checked=true>
                    "Live"
                </Switch>
                <Switch name=id("g") disabled=true>
                    "Locked"
                </Switch>
            </Line>
            <Checkbox name=id("stay") checked=true hint="On this device, until you sign out">
                "Stay signed in for 30 days"
            </Checkbox>
            <div class="exhibit-gap"></div>
            <RadioGroup name=id("moves") label="3 items are in a step that version 5 removes" options=moves value="move"/>
        </Exhibit>
    }
}
