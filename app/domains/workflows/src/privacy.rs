//! What this domain keeps about people: work is the organisation's and stays, without the name.

use kernel::privacy::{Erasure, FoundBy, PersonRows};

/// The rules, in the order in which an erasure follows them.
pub const ROWS: &[PersonRows] = &[
    PersonRows::of_member("item", "assignee_id", "Items that are theirs to do")
        .exported("items_assigned", ITEM, &[])
        .erased(Erasure::Pseudonym("work goes on; they show that somebody else is needed")),
    PersonRows::of_member("item", "created_by", "Items they made")
        .exported("items_created", ITEM, &[])
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::by("item", "updated_by", "Items they changed last"),
    PersonRows::of_member("item", "data", "Items whose form says their name, as where they signed it")
        .found_by("data", FoundBy::NameHere("data"))
        .not_exported("it says what they signed; the history of that is in the export")
        .erased(Erasure::Reword(WORK)),
    PersonRows::of_member("comment", "created_by", "Comments they wrote")
        .exported(
            "comments",
            &[
                "(select i.title from item i
            where i.organisation_id = comment.organisation_id and i.id = comment.item_id) as item",
                "body",
                "created_at",
                "updated_at",
                "deleted_at",
            ],
            &[],
        )
        .erased(Erasure::Pseudonym("others answered them, and decisions were made by them")),
    PersonRows::of_member("activity", "actor_id", "What they did to items")
        .exported(
            "activity",
            &[
                "(select i.title from item i
            where i.organisation_id = activity.organisation_id and i.id = activity.item_id) as item",
                "kind",
                "data",
                "created_at",
            ],
            &[],
        )
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::of_member("activity", "data", "Histories of items that say their name")
        .found_by("data", FoundBy::NameHere("data"))
        .not_exported("it says who was given an item; the items are in the export")
        .erased(Erasure::Reword(WORK)),
    PersonRows::of_member("decision", "member_id", "What they decided of items")
        .exported(
            "decisions",
            &[
                "(select i.title from item i
            where i.organisation_id = decision.organisation_id and i.id = decision.item_id) as item",
                "verdict",
                "reason",
                "decided_at",
            ],
            &[],
        )
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::of_member("decision", "given_by", "What they decided for others")
        .exported("decisions_for_others", &["verdict", "reason", "decided_at"], &[])
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::of_member("delegation", "member_id", "Decisions they handed on")
        .exported("decisions_handed_on", &["created_at"], &[])
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::of_member("delegation", "deputy_id", "Decisions that were handed to them")
        .exported("decisions_taken_over", &["created_at"], &[])
        .erased(Erasure::Pseudonym(WORK)),
    PersonRows::by("delegation", "handed_by", "Decisions of others that they handed on"),
    PersonRows::of_member("bulk_act", "member_id", "What they did with many items at once, for a week")
        .not_exported("it is kept for taking it back; the histories of the items are in the export"),
    PersonRows::of_member("stand_in", "member_id", "When they are away").exported(
        "away",
        &["from_on", "until_on", "created_at"],
        &[],
    ),
    PersonRows::by("stand_in", "deputy_id", "For whom they decide"),
    PersonRows::of_member("saved_view", "member_id", "Views they saved for themselves")
        .found_by("member_id", FoundBy::Member("not shared and member_id"))
        .exported("views", VIEW, VIEW_WITHHELD),
    PersonRows::of_member("saved_view", "member_id", "Views they shared")
        .found_by("member_id", FoundBy::Member("shared and member_id"))
        .exported("views", VIEW, VIEW_WITHHELD)
        .erased(Erasure::Pseudonym("everybody uses them")),
    PersonRows::by(
        "step",
        "turn_member_id",
        "Steps whose items go round a team, where the last one was theirs",
    ),
    PersonRows::by("sla_pause", "paused_by", "Clocks of items that they let stand still"),
    PersonRows::by("sla_pause", "resumed_by", "Clocks of items that they let run again"),
    PersonRows::of_member("working_hours", "member_id", "When they work").exported(
        "working_hours",
        &["hours", "updated_at"],
        &["team_id", "version"],
    ),
    PersonRows::by("working_hours", "updated_by", "Working hours they changed last"),
    PersonRows::by("sla_clock", "holder_id", "Clocks of items that they have or had"),
    PersonRows::of_member("automation_run", "log", "What rules did that say their name")
        .found_by("log", FoundBy::NameHere("log"))
        .not_exported("it says whom a rule told; what it did to items is in their history")
        .erased(Erasure::Reword(WORK)),
    PersonRows::by("automation_run", "actor_id", "What rules did because of what they did"),
    PersonRows::by("automation_rule", "created_by", "Rules of workflows they made"),
    PersonRows::by("automation_rule", "updated_by", "Rules of workflows they changed last"),
    PersonRows::by("workflow", "created_by", "Workflows they made"),
    PersonRows::by("workflow", "updated_by", "Workflows they changed last"),
    PersonRows::by("workflow_template", "created_by", "Templates of workflows they saved"),
    PersonRows::by("workflow_template", "updated_by", "Templates of workflows they changed last"),
    PersonRows::by("intake_form", "created_by", "Public forms of workflows they made"),
    PersonRows::by("intake_form", "updated_by", "Public forms of workflows they changed last"),
    PersonRows::by("workflow_draft", "created_by", "Designs of workflows they began"),
    PersonRows::by("workflow_draft", "updated_by", "Designs of workflows they changed last"),
    PersonRows::by("workflow_version", "published_by", "Workflows they published"),
];

const WORK: &str = "the history of the work, which belongs to the organisation";

const ITEM: &[&str] = &[
    "(select w.name from workflow w
      where w.organisation_id = item.organisation_id and w.id = item.workflow_id) as workflow",
    "number",
    "title",
    "data",
    "created_at",
];
const VIEW: &[&str] = &["name", "shared", "layout", "query", "created_at", "updated_at", "deleted_at"];
const VIEW_WITHHELD: &[&str] = &["workflow_id", "version"];
