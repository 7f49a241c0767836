//! One record of each kind that the calls can name.

use db::sql;
use kernel::{Cx, TeamId};
use uuid::Uuid;

use super::World;

/// A webhook with a delivery, and an incoming hook by which something came.
pub(super) async fn webhooks(cx: &Cx) -> [(&'static str, String); 4] {
    use webhooks::acts::{delivery, incoming, webhook};

    let form = webhook::Form {
        name: "Matrix".into(),
        url: "https://hooks.example/matrix".into(),
        events: vec!["support.left".into()],
        active: true,
    };
    let webhook = webhook::create(cx, &form).await.unwrap().id;
    let delivery = delivery::test(cx, webhook).await.unwrap();
    let hook = incoming::create(cx, "Matrix", "token").await.unwrap().id;
    let event: Uuid = cx.new_id();
    let came = webhooks::repo::incoming::NewEvent {
        id: event,
        hook_id: hook,
        external_id: "matrix".into(),
        headers: serde_json::json!({}),
        body: b"{}".to_vec(),
    };
    let mut tx = cx.begin().await.unwrap();
    assert!(webhooks::repo::incoming::insert_event(&mut tx, cx, came).await.unwrap());
    tx.commit().await.unwrap();
    [
        ("webhook", webhook.to_string()),
        ("delivery", delivery.to_string()),
        ("hook", hook.to_string()),
        ("event", event.to_string()),
    ]
}

impl World {
    pub(super) async fn find_items(&mut self) {
        let organisation = self.organisation;
        let items: Vec<(Uuid, Uuid, Uuid, String, i64)> =
            sql("select i.id, i.workflow_id, i.step_id, w.key, i.number
             from item i
             join workflow w on w.id = i.workflow_id
             where i.organisation_id = $1
             order by i.number
             limit 2")
            .bind(organisation)
            .all(&self.reader())
            .await
            .unwrap();
        let (item, workflow, step, key, number) = &items[0];
        let now = self.bench.site.now();
        let mut tx = self.tx().await;
        let author = |text: &'static str| {
            sql(text)
                .bind(Uuid::from_u128(77))
                .bind(organisation)
                .bind(*workflow)
                .bind(*item)
                .bind(self.records["member"].parse::<Uuid>().unwrap())
                .bind(now)
        };
        // Both engines want every value used.
        author(
            "insert into saved_view (id, organisation_id, workflow_id, member_id, name, layout, created_at, updated_at)
             select $1, $2, $3, $5, 'Mine', 'board', $6, $6 from item where id = $4",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into comment (id, organisation_id, item_id, body, created_at, created_by, updated_at)
             select $1, $2, $4, 'Clean', $6, $5, $6 from workflow where id = $3",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into file
               (organisation_id, id, record_kind, record_id, name, size, state, created_at, created_by, updated_at)
             select $2, $1, 'item', $4, 'a.txt', 4, 'ready', $6, $5, $6 from workflow where id = $3",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        sql("insert into app_connection
               (organisation_id, id, app_id, member_id, permissions, code_hash, redirect_uri, challenge, code_expires_at,
                code_used_at, created_at, expires_at)
             values ($1, $2, $3, $4, '[]', $5, '', '', $6, $6, $6, $7)")
        .bind(organisation)
        .bind(Uuid::from_u128(77))
        .bind(self.records["app"].parse::<Uuid>().unwrap())
        .bind(self.records["member"].parse::<Uuid>().unwrap())
        .bind(vec![1_u8])
        .bind(now)
        .bind(now + chrono::Duration::days(30))
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into time_entry
               (organisation_id, id, member_id, item_id, day, minutes, created_at, updated_at)
             select $2, $1, $5, $4, '2025-11-20', 30, $6, $6 from workflow where id = $3",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into notification
               (id, organisation_id, member_id, kind, reason, record_id, source_id, path, title, excerpt, created_at, in_app,
                mail)
             select $1, $2, $5, 'item.assigned', 'assignee', $4, $3, '/items/UC-1', 'UC-1', '', $6, true, 'off'
             from workflow where id = $3",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into automation_rule
               (id, organisation_id, workflow_id, name, fires_on, definition, active, active_since, created_at, created_by,
                updated_at, updated_by)
             select $1, $2, w.id, 'Rule', 'created', '{\"name\":\"Rule\",\"on\":\"created\",\"when\":\"\",\"then\":[\"call\"]}',
               false, $6, $6, $5, $6, $5 from workflow w join item i on i.id = $4 where w.id = $3",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        author(
            "insert into automation_run (id, organisation_id, rule_id, item_id, chain, state, log, created_at)
             select $1, $2, r.id, i.id, '[]', 'done', '{}', $6
             from automation_rule r join workflow w on w.id = $3 join item i on i.id = $4 where r.id = $1 and r.created_by = $5",
        )
        .exactly_one(&mut tx)
        .await
        .unwrap();
        sql("insert into bulk_act (id, organisation_id, workflow_id, member_id, act, items, stays, created_at)
             values ($1, $2, $3, $4, '{\"kind\":\"delete\"}', '[]', '[]', $5)")
        .bind(Uuid::from_u128(77))
        .bind(self.organisation)
        .bind(*workflow)
        .bind(self.records["member"].parse::<Uuid>().unwrap())
        .bind(now)
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        self.records.extend([
            ("rule", Uuid::from_u128(77).to_string()),
            ("run", Uuid::from_u128(77).to_string()),
            ("bulk_act", Uuid::from_u128(77).to_string()),
            ("time_entry", Uuid::from_u128(77).to_string()),
            ("connection", Uuid::from_u128(77).to_string()),
            ("notification", Uuid::from_u128(77).to_string()),
            ("file", Uuid::from_u128(77).to_string()),
            ("item", item.to_string()),
            ("second_item", items[1].0.to_string()),
            ("workflow", workflow.to_string()),
            ("step", step.to_string()),
            ("workflow_key", key.clone()),
            ("item_key", format!("{key}-{number}")),
            ("view", Uuid::from_u128(77).to_string()),
            ("comment", Uuid::from_u128(77).to_string()),
            ("job", self.failed_job().await.to_string()),
        ]);
    }

    async fn failed_job(&self) -> Uuid {
        let id = Uuid::from_u128(78);
        let mut tx = self.tx().await;
        sql("insert into job (id, kind, payload, organisation_id, state, run_at, failed_at, created_at)
             values ($1, 'test', '{}', $2, 'failed', $3, $3, $3)")
        .bind(id)
        .bind(self.organisation)
        .bind(self.bench.site.now())
        .exactly_one(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }
}

/// An event that all see, a job type and a booking.
pub(super) async fn calendar(cx: &Cx, team: TeamId) -> [(&'static str, String); 3] {
    let at = calendar::repo::event::At::Times(cx.now(), cx.now() + chrono::Duration::hours(1));
    let form = calendar::acts::event::Form {
        title: "Matrix".into(),
        place: String::new(),
        note: String::new(),
        shared: true,
        at,
        guests: Vec::new(),
    };
    let event = calendar::acts::event::add(cx, form, None).await.unwrap();
    let said = calendar::repo::job_type::Said { name: "Matrix".into(), team_id: team, minutes: 30 };
    let form = calendar::acts::job_type::Form(said);
    let job_type = calendar::acts::job_type::add(cx, Ok(form)).await.unwrap();
    let form =
        calendar::acts::booking::Form { starts: None, minutes: None, member: None, note: String::new() };
    let wanted =
        calendar::acts::booking::add(cx, &job_type.id.to_string(), "", Ok(form), None).await.unwrap();
    cx.visit().rest().await;
    [
        ("calendar_event", event.id.to_string()),
        ("job_type", job_type.id.to_string()),
        ("booking", wanted.id.to_string()),
    ]
}
