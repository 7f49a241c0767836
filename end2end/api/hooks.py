"""Gives generated calls something to work on, and keeps the run from ending itself.

What a path names is drawn at random, and nothing has such an id. Here it becomes the id of something that the server has
shown before: in the lists, which are read first, or in the answers since. The same goes for ids in bodies, for versions
and for cursors. Values that are wrong on purpose stay as they are.
"""

import base64
import datetime
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import defaultdict

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import RejectedPositiveData

BASE = os.environ["MEDIAP_API_URL"] + "/api/v1"
KEY = os.environ["MEDIAP_API_KEY"]
# Of a colleague, who does what only others can do.
COLLEAGUE = os.environ["MEDIAP_API_COLLEAGUE"]

# Seeds of each kind that nothing deletes: something to work on is left.
KEPT = 3
# Nobody is called there: what is made up may be somebody's.
NOWHERE = "https://hooks.example/"
# As many records of a kind are known at most.
MOST = 400
# What a vehicle needs before it leaves its first step.
FILLED = {"registration": "ABC 123", "mileage": 142300}
# What rules do that fit any workflow.
RULE = {"on": "created", "when": "", "then": [{"comment": {"text": "Made"}}]}
# Fields that name a record of a kind that is called otherwise.
OTHER_NAMES = {
    "assignee": "member",
    "owner": "member",
    "author": "member",
    "created_by": "member",
    "mentions": "member",
    "organiser": "member",
}
# What no schema can say: it depends on what is there, or on values of any kind.
BEYOND_SCHEMAS = re.compile(
    r"^Write something first\.$|^Send files that you have added to this conversation|^Name each file once\.$|"
    r"^Another .+ has this (name|key|address)\.$|^there are control characters at line "
    r"|^There is no (workflow with this key|field .+ in this workflow)\.|^.+ is (a member|invited) already\."
    r"|^.+ (is|are) logged on .+ already\. A day has 24 hours"
    r"|^Choose a day since the year 2000\.$|^That day is still to come\.|^Choose a step of the workflow by "
    r"|^There is no item with this key\.$|^The file has .+ may have .+ at most\.$"
    r"|^Give the file a name\.$|^Give the rule a name of up to|^Choose (a step of the workflow|what is watched|the field that is filled in)\.$"
    r"|^Choose (the step that it is moved to|the workflow of the new item|a member of the organisation)\.$"
    r"|^Say one thing to do with them|^(Write what |Write the subject|Give the new item a title|Say what the rule does|A text may have|The value is too long)"
    r"|^(There is nothing called|There is no (item|field) called|It is an item of another workflow|That is too many days|A condition )"
    r"|^Choose the field by which an item is found\.$|^invalid value: map, expected map with a single key"
    r"|^(It has to end after it begins|It lasts .+ days at most|The last day is before the first|Send starts_at and ends_at)"
    r"|^(Choose a day between the years 2000 and 2199|Choose a member of the team|Write what it is|That cannot be written here)\.$"
    r"|^(.+ cannot be booked\. Its settings say|.+ has .+ of .+ places booked then|.+ is booked then, and works)"
    r"|^Name members who are active and whom you may see\.$|^The items of another workflow are called .+- already\.$"
)


def kinds():
    """The records that paths name, by the part before: `teams` holds each `{team}`."""
    with urllib.request.urlopen(BASE + "/openapi.json", timeout=30) as answer:
        document = json.load(answer)
    found = {}
    for path in document["paths"]:
        parts = path.strip("/").split("/")
        for before, part in zip(parts, parts[1:]):
            if part.startswith("{") and not before.startswith("{"):
                found.setdefault(before, part.strip("{}"))
    return document, found


DOCUMENT, KINDS = kinds()
# Words that name a kind of records in paths.
COLLECTIONS = {part for path in DOCUMENT["paths"] for part in path.split("/") if part and not part.startswith("{")}


def collection(path):
    """The last word of a path that names a kind of records: of a list, and of one of its records."""
    return [part for part in path.split("?")[0].split("/") if part in COLLECTIONS][-1]


# Those that people name by a key, and what it looks like.
KEYED = {"item": re.compile(r"[A-Z0-9]+-\d+"), "workflow": re.compile(r"[A-Z][A-Z0-9]*")}


class Known:
    """What the server has shown so far."""

    def __init__(self):
        self.ids = defaultdict(list)
        self.ever = defaultdict(set)
        self.kept = defaultdict(set)
        self.restored = {}
        self.names = set()
        self.cursors = {}
        # Records that are only there below another: (owner, record) by the words around them.
        self.below = defaultdict(list)
        # How often each part of an operation was drawn.
        self.calls = defaultdict(int)
        # The workflow whose items are approved, once it is made.
        self.purchases = None

    def add(self, kind, value):
        # Deliveries go with their webhooks: only those of the beginning stay.
        if kind == "delivery" and self.kept[kind]:
            return
        if isinstance(value, str) and value not in self.ever[kind] and names(kind, value):
            self.ever[kind].add(value)
            if len(self.ids[kind]) < MOST:
                self.ids[kind].append(value)

    def forget(self, kind, value):
        if value in self.ids[kind]:
            self.ids[kind].remove(value)

    def groups(self):
        """Conversations that members can be taken into."""
        return {owner for owner, _ in self.below["conversations", "members"]}

    def spare(self, kind):
        """The first of those that may end: later ones may be what calls are about now."""
        return next((id for id in self.ids[kind] if id not in self.kept[kind]), None)

    def pick(self, kind, drawn):
        """One of them, the same each time for what was drawn."""
        ids = self.ids[kind]
        return ids[sum(str(drawn).encode()) % len(ids)] if ids else drawn

    def pick_alive(self, kind, place, drawn):
        """One of them that is still there: records also go with others, or are kept from who made them."""
        path = place + "/{" + kind + "}"
        while self.ids[kind]:
            picked = self.pick(kind, drawn)
            if "get" not in DOCUMENT["paths"].get(path, {}) or ask("GET", f"{place}/{picked}")[0] != 404:
                return picked
            self.forget(kind, picked)
        return drawn

    def learn(self, path, body):
        """Takes ids out of an answer: of the records of a list, of a new record, and of those that fields name."""
        parts = path.split("?")[0].strip("/").split("/")
        last = parts[-1]
        if isinstance(body, dict) and last in KINDS:
            records = body["data"] if isinstance(body.get("data"), list) else [body]
            for record in records:
                if isinstance(record, dict):
                    if isinstance(record.get("name"), str):
                        self.names.add((collection(path), plain(record["name"])))
                    # Roles that the organisation made have their id as the key.
                    named = record.get("key" if KINDS[last] in KEYED else "id", record.get("key", record.get("file")))
                    if not is_read_below(parts):
                        self.add(KINDS[last], named)
                    if len(parts) == 3 and named:
                        self.below[parts[0], last].append((parts[1], named))
        self.fields(body)

    def fields(self, value):
        """Takes ids out of fields that are called like what they name."""
        if isinstance(value, list):
            for one in value:
                self.fields(one)
        elif isinstance(value, dict):
            for name, one in value.items():
                kind = kind_of(name)
                if kind:
                    for id in one if isinstance(one, list) else [one]:
                        self.add(kind, id.get("id") if isinstance(id, dict) else id)
                self.fields(one)


def is_read_below(parts):
    """Whether records of such a list have an address below their owner, and no other."""
    address = re.compile(rf"/{parts[0]}/\{{\w+\}}/{parts[-1]}/\{{\w+\}}")
    return len(parts) == 3 and any(
        "get" in methods and address.fullmatch(path) for path, methods in DOCUMENT["paths"].items()
    )


def plain(name):
    """A name as those are compared that must differ."""
    return " ".join(name.split()).lower()


def is_uuid(text):
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def names(kind, value):
    """Whether it looks like what records of this kind are called by."""
    return KEYED[kind].fullmatch(value) is not None if kind in KEYED else is_uuid(value)


def kind_of(field):
    """The kind of record that a field names, if it does."""
    name = OTHER_NAMES.get(field, field)
    name = name.removesuffix("_id")
    if name in KINDS.values():
        return name
    return KINDS.get(name)


def ask(method, path, body=None, if_match=None, key=KEY):
    """The status and the JSON of an answer."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    if if_match:
        headers["If-Match"] = if_match
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as refused:
        # Whether that is right is for the run itself to find out.
        return refused.code, None


KNOWN = Known()
# Members whom one can write to.
OTHERS = []


def prepare():
    """Makes what the demo has not: webhooks with deliveries, something that came by a hook, and invitations, whose mails
    cannot be delivered, so that there are failed jobs."""
    prepare_records()
    prepare_conversations()
    prepare_rules()
    prepare_webhooks()
    if "post" not in DOCUMENT["paths"].get("/members", {}) or "/jobs" not in DOCUMENT["paths"]:
        return
    for number in range(2 * KEPT):
        ask("POST", "/members", {"email": f"nobody-{number}@nordvik.example", "role": "member"})
    begun = time.monotonic()
    while time.monotonic() < begun + 10 and len(ask("GET", "/jobs")[1]["data"]) < KEPT:
        time.sleep(0.1)


def records(path):
    """The records of a list, if there is one."""
    return records_at(path) if "get" in DOCUMENT["paths"].get(path, {}) else []


def records_at(address):
    return ask("GET", address + "?limit=100")[1]["data"]


def prepare_records():
    """More of what the demo has few of, so that some can be deleted and brought back."""
    items = records("/items")
    members = [one["id"] for one in records("/members") if one["role"] == "member" and one["state"] == "active"]
    for client in records("/clients")[:KEPT]:
        ask("POST", f"/clients/{client['id']}/comments", {"body": "Made"})
        KNOWN.kept["client"].add(client["id"])
    teams = records("/teams")
    for number in range(2 * KEPT):
        if teams:
            ask("POST", "/job-types", {"name": f"Made {number}", "team": teams[0]["id"], "minutes": 30})
        ask("POST", "/brands", {"name": f"Made {number}", "accent": "#336699"})
        ask("POST", "/roles", {"name": f"Made {number}", "permissions": ["item.view"]})
        ask("POST", "/teams", {"name": f"Made {number}"})
        if items:
            ask("POST", f"/items/{items[0]['key']}/comments", {"body": f"Made {number}"})
            ask("POST", f"/workflows/{items[0]['workflow']}/views", {"name": f"Made {number}", "layout": "list"})
        if number < len(members):
            ask("POST", f"/members/{members[number]}/grants", {"role": "consultant"})


def upload(path, whole=True):
    """A file of one letter that hangs on a record, or only its upload; none if nothing can be added to that."""
    begun = ask("POST", f"{path}/files", {"name": f"{uuid.uuid4()}.txt", "size": 1})[1]
    if not begun:
        return None
    address = BASE.removesuffix("/api/v1") + begun["chunks"] + "?at=0"
    chunk = urllib.request.Request(address, b"x", {"Authorization": f"Bearer {KEY}"}, method="PUT")
    urllib.request.urlopen(chunk, timeout=30).close()
    if whole:
        ask("POST", f"/uploads/{begun['file']}/complete", {})
    return begun["file"]


def prepare_conversations():
    """Groups with members and files, items with files, and notices of what a colleague did."""
    if "post" not in DOCUMENT["paths"].get("/conversations", {}):
        return
    me = ask("GET", "/me")[1]["member"]
    active = [one["id"] for one in records("/members") if one["state"] == "active" and one["id"] != me]
    OTHERS.extend(active[:3])
    KNOWN.kept["member"].update(OTHERS)
    items = records("/items")
    for number in range(2 * KEPT):
        form = {"title": f"Made {number}", "members": OTHERS}
        group = ask("POST", "/conversations", form)[1]["id"]
        ask("PATCH", f"/items/{items[number]['key']}", {"assignee": me}, if_match="*", key=COLLEAGUE)
        if number < KEPT:
            item = items[number]["key"]
            KNOWN.kept["conversation"].add(group)
            KNOWN.kept["item"].add(item)
            KNOWN.below["conversations", "members"] += [(group, other) for other in OTHERS]
            KNOWN.below["conversations", "files"].append((group, upload(f"/conversations/{group}")))
            KNOWN.below["items", "files"].append((item, upload(f"/items/{item}")))


def prepare_rules():
    """Rules of a workflow, and what one of them did."""
    items = records("/items")
    if "post" not in DOCUMENT["paths"].get("/workflows/{workflow}/rules", {}) or not items:
        return
    rules = f"/workflows/{items[0]['workflow']}/rules"
    for number in range(2 * KEPT):
        ask("POST", rules, {"name": f"Made {number}", "active": number == 0, **RULE})
    for number in range(KEPT):
        ask("POST", "/items", {"workflow": items[0]["workflow"], "title": f"Made {number}", "data": FILLED})
    runs, begun = rules.replace("rules", "runs"), time.monotonic()
    while time.monotonic() < begun + 10 and len(records_at(runs)) < KEPT:
        time.sleep(0.1)


def prepare_webhooks():
    if "post" not in DOCUMENT["paths"].get("/webhooks", {}):
        return
    for number in range(2 * KEPT):
        form = {"name": f"Made {number}", "url": f"{NOWHERE}{number}", "events": ["support.left"]}
        made = ask("POST", "/webhooks", form)[1]
        # Those of webhooks that are deleted go with them.
        if number < KEPT:
            ask("POST", f"/webhooks/{made['id']}/test")
        hook = ask("POST", "/hooks", {"name": f"Made {number}", "kind": "token"})[1]
        came = urllib.request.Request(hook["url"], b"{}", {"Content-Type": "application/json"}, method="POST")
        urllib.request.urlopen(came, timeout=30).close()


def read_lists():
    """Reads every list, those of single records for the first few of them."""
    lists = [path for path, methods in DOCUMENT["paths"].items() if is_list(path, methods)]
    for path in sorted(lists, key=lambda path: path.count("{")):
        kind = re.search(r"\{(\w+)\}", path)
        owners = KNOWN.ids[kind[1]][:20] if kind else [None]
        for owner in owners:
            address = path.replace(kind[0], owner) if kind else path
            if "{" not in address:
                KNOWN.learn(address, ask("GET", address + "?limit=100")[1])


def is_list(path, methods):
    names = {parameter["name"] for parameter in methods.get("get", {}).get("parameters", [])}
    return {"limit", "after"} <= names


def keep():
    """Remembers what must stay: some of each kind, the key of this run and whom it acts as."""
    token = KEY.removeprefix("mdp_")
    own = str(uuid.UUID(bytes=base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[16:32]))
    member = ask("GET", f"/keys/{own}")[1]["member"]
    KNOWN.add("key", own)
    KNOWN.add("member", member)
    for kind, ids in KNOWN.ids.items():
        KNOWN.kept[kind] |= set(ids[:KEPT])
    for kind in KNOWN.ids:
        if any(path.endswith("/{" + kind + "}/restore") for path in DOCUMENT["paths"]):
            KNOWN.restored[kind] = KNOWN.spare(kind)
            KNOWN.forget(kind, KNOWN.restored[kind])
    KNOWN.kept["key"].add(own)
    KNOWN.kept["member"].add(member)
    return {"key": own, "member": member}


prepare()
read_lists()
OWN = keep()
# Roles that are given beside the base role.
GIVEN = [one["key"] for one in records("/roles") if one["kind"] != "base"] or ["consultant"]


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    if meta is None:
        return
    positive = not meta.generation.mode.is_negative
    if case.path_parameters and not meta.is_negative_at(ParameterLocation.PATH):
        name_known(case)
    spare(case)
    if not meta.is_negative_at(ParameterLocation.HEADER):
        name_version(case, positive)
    if positive:
        name_page(case)
        for name, value in list(case.query.items()):
            if kind_of(name):
                case.query[name] = known(kind_of(name), value)
        if isinstance(case.body, (dict, list)):
            case.body = with_known(case.body)
        if isinstance(case.body, dict) and isinstance(case.body.get("name"), str):
            case.body["name"] = new_name(case.path, case.body["name"])
        if isinstance(case.body, dict):
            fit(case.path, case.path_parameters or {}, case.body)
        if isinstance(case.body, dict) and isinstance(case.body.get("url"), str):
            case.body["url"] = NOWHERE + str(sum(case.body["url"].encode()))


def fit(path, named, body):
    """What fits only together: values of a workflow's fields, the ways out of a step, files of a conversation, roles that can
    be given, and where."""
    if isinstance(body.get("data"), dict) and body["data"] != FILLED:
        body["data"] = {}
    if path == "/workflows" and re.fullmatch("[A-Za-z][A-Za-z0-9]{0,5}", str(body.get("key"))):
        body["key"] = f"K{uuid.uuid4().hex[:5]}"
    if path == "/items/{item}/move":
        ways = ways_out(named["item"])
        body["to"] = next((way["to"] for way in ways if way["rework"]), ways[0]["to"] if ways else body["to"])
    if path == "/items/{item}/decide":
        # Who refuses says why, and where it goes.
        body["reason"] = str(body.get("reason") or "").strip() or "Made"
        refused = [way["to"] for way in ways_out(named["item"]) if way["rework"] or way["refuses"]]
        body["to"] = refused[0] if refused else None
    if path in ("/bulk-acts", "/bulk-acts/preview") and isinstance(body.get("items"), list):
        fit_many(body)
    if path == "/rules/{rule}/try":
        body.pop("sent", None)
        body["item"] = min(KNOWN.kept["item"])
    if path.endswith("/rules") or (path == "/rules/{rule}" and not stays_odd(body)):
        body |= {name: value for name, value in RULE.items() if name in body}
    if path == "/absence" and isinstance(body.get("until_on"), str):
        # Other members decide, in the days to come.
        body["deputy"] = OTHERS[0]
        body["from_on"] = str(datetime.date.today())
        body["until_on"] = str(datetime.date.today() + datetime.timedelta(days=sum(body["until_on"].encode()) % 300))
    if path == "/conversations" and isinstance(body.get("members"), list):
        drawn = [OTHERS[sum(str(one).encode()) % len(OTHERS)] for one in body["members"]]
        body["members"] = list(dict.fromkeys(drawn)) or body["members"]
        if len(body["members"]) > 1 and not body.get("title"):
            body["title"] = "Made"
    if path == "/conversations/{conversation}/messages":
        if body.get("files"):
            added = upload("/conversations/" + named["conversation"])
            body["files"] = [added] if added else []
        if not body.get("files") and not str(body.get("body") or "").strip():
            body["body"] = "Made"
    if path == "/messages/{message}":
        body["body"] = str(body.get("body") or "").strip() or "Made"
    if path.startswith("/time-entries") and isinstance(body.get("day"), str):
        past = datetime.timedelta(days=sum(body["day"].encode()) % 300)
        body["day"] = str(datetime.date.today() - past)
    if path.startswith("/calendar-events"):
        fit_event(body)
    if path.startswith("/bookings"):
        # Another time each time: a team has only so many places. Who of it can be booked no schema says.
        body |= {name: future_day() + "T09:00:00Z" for name in ("starts_at",) if body.get(name)}
        body.pop("member", None)
    if path == "/members" and isinstance(body.get("email"), str):
        body["email"] = f"{uuid.uuid4()}@made.example"
    if path == "/members/{member}/grants":
        body["role"] = GIVEN[sum(str(body["role"]).encode()) % len(GIVEN)]
        if body.get("scope") not in (None, "organisation"):
            kind, id = body["scope"].split(":")
            body["scope"] = f"{kind}:{KNOWN.pick(kind, id)}"


def fit_event(body):
    """Either both instants or both days, and guests who are active."""
    day = future_day()
    times, days = ("starts_at", "ends_at"), ("first_on", "last_on")
    sent = [names for names in (times, days) if any(body.get(name) for name in names)]
    for name in times + days:
        body.pop(name, None)
    if "title" in body or sent:
        whole = sent[:1] == [days]
        body |= dict(zip(days, (day, day))) if whole else dict(zip(times, (day + "T09:00:00Z", day + "T10:00:00Z")))
    if isinstance(body.get("guests"), list):
        body["guests"] = OTHERS[: len(body["guests"])]


def future_day():
    """Another day each time."""
    KNOWN.calls["day"] += 1
    return str(datetime.date.today() + datetime.timedelta(days=KNOWN.calls["day"]))


def fit_many(body):
    """Items of one workflow, and one thing to do with them; nothing that is needed is deleted."""
    workflow = ask("GET", "/items/" + min(KNOWN.kept["item"]))[1]["workflow"]
    body["items"] = [one for one in body["items"] if str(one).startswith(workflow + "-")] or [min(KNOWN.kept["item"])]
    said = [name for name in ("delete", "due_on", "assign_to") if body.get(name)][:1]
    for name in {"delete", "due_on", "assign_to", "move_to"} - set(said):
        body.pop(name, None)
    if not said:
        body["due_on"] = future_day()
    if body.get("delete"):
        made = ask("POST", "/items", {"workflow": workflow, "title": "To be deleted", "data": FILLED})[1]
        body["items"] = [made["key"]] if made else body["items"]


def stays_odd(body):
    """Whether a rule stays as it was drawn, which hardly ever fits what is there: every eighth."""
    return sum(str(body).encode()) % 8 == 0


def to_be_approved():
    """An item that waits to be approved."""
    if KNOWN.purchases is None:
        key = f"P{uuid.uuid4().hex[:5]}"
        form = {"name": "Purchases", "key": key, "item_noun": "purchase", "template": "purchase"}
        made = ask("POST", "/workflows", form)[1]
        KNOWN.purchases = made["key"] if made else None
    form = {"workflow": KNOWN.purchases, "title": "To be approved", "data": {"amount": 100, "supplier": "Made"}}
    made = ask("POST", "/items", form)[1]
    if made:
        ask("POST", f"/items/{made['key']}/move", {"to": "Approval"}, if_match="*")
    return made["key"] if made else min(KNOWN.kept["item"])


def new_item(title, is_moved):
    """An item of its own in the first step, or in the one behind it."""
    workflow = ask("GET", "/items/" + min(KNOWN.kept["item"]))[1]["workflow"]
    made = ask("POST", "/items", {"workflow": workflow, "title": title, "data": FILLED})[1]
    item = made["key"] if made else min(KNOWN.kept["item"])
    for way in ways_out(item)[:1] if is_moved else []:
        ask("POST", f"/items/{item}/move", {"to": way["to"]}, if_match="*")
    return item


def suspended():
    """A member who is suspended: nobody who acts here, or is written to."""
    # A key may be gone by now.
    acting = {who["member"] for _, who in (ask("GET", "/me", key=key) for key in (KEY, COLLEAGUE)) if who}
    members = [one for one in records("/members") if one["id"] not in acting and one["id"] not in OTHERS]
    found = next((one for one in members if one["state"] == "suspended"), None)
    if not found:
        found = next((one for one in members if one["state"] == "active"), None)
        if found:
            ask("POST", f"/members/{found['id']}/suspend")
    return found and found["id"]


def new_event(path):
    """An event to which whom the key acts as is invited; called off, where it is to be brought back."""
    form = {"title": "Made", "guests": [OWN["member"]]}
    fit_event(form)
    made = ask("POST", "/calendar-events", form | {"guests": [OWN["member"]]})[1]
    if made and path.endswith("/restore"):
        ask("DELETE", f"/calendar-events/{made['id']}", if_match="*")
    return made and made["id"]


def new_booking(path):
    """A booking with a time; called off, where it is to be brought back."""
    bookable = [one["id"] for one in records("/teams") if one["bookable"] and one["members"]]
    job_type = next((one["id"] for one in records("/job-types") if one["team"] in bookable), None)
    form = {"job_type": job_type, "starts_at": future_day() + "T09:00:00Z"}
    made = ask("POST", "/bookings", form)[1]
    if made and path.endswith("/restore"):
        ask("DELETE", f"/bookings/{made['id']}", if_match="*")
    return made and made["id"]


def with_a_clock(stands_still):
    """An item in a step with a time limit: cars have one where they come to from their first step."""
    item = new_item("To be on time", is_moved=True)
    if stands_still:
        ask("POST", f"/items/{item}/pause-clock", {"reason": "Made"}, if_match="*")
    return item


def ways_out(item):
    """The transitions from where an item is."""
    found = ask("GET", "/items/" + item)[1]
    workflow = ask("GET", "/workflows/" + found["workflow"])[1] if found else {"transitions": []}
    return [way for way in workflow["transitions"] if way["from"] == found["step"]]


def stays(case, what):
    """Whether what was drawn stays: that nothing is there is an answer, too. Every eighth time, whatever it is, since many
    calls of an operation are drawn with the same path."""
    drawn = (case.method, case.path, what)
    KNOWN.calls[drawn] += 1
    return KNOWN.calls[drawn] % 8 == 0


def name_known(case):
    """Something that is there instead of what was drawn."""
    if stays(case, "path"):
        return
    if case.path == "/uploads/{file}/complete":
        item = min(KNOWN.kept["item"])
        case.path_parameters["file"] = upload(f"/items/{item}", whole=False) or case.path_parameters["file"]
        return
    if case.path == "/conversations/{conversation}/leave":
        # One of its own: the others are needed.
        group = ask("POST", "/conversations", {"title": "To be left", "members": OTHERS})[1]
        case.path_parameters["conversation"] = group["id"] if group else case.path_parameters["conversation"]
        return
    if case.path in ("/items/{item}/move", "/items/{item}/undo-move"):
        # One of its own, that has just been moved or can be: others come to an end, where no way leads on.
        case.path_parameters["item"] = new_item("To be moved", is_moved=case.path.endswith("undo-move"))
        return
    if case.path == "/members/{member}/reactivate":
        case.path_parameters["member"] = suspended() or case.path_parameters["member"]
        return
    if case.path.startswith("/calendar-events/{calendar_event}") and case.method.upper() != "GET":
        # One of its own, which others have not changed or called off.
        case.path_parameters["calendar_event"] = new_event(case.path) or case.path_parameters["calendar_event"]
        return
    if case.path.startswith("/bookings/{booking}") and case.method.upper() != "GET":
        # One of its own, that is neither done nor called off.
        case.path_parameters["booking"] = new_booking(case.path) or case.path_parameters["booking"]
        return
    if case.path == "/comments/{comment}/restore":
        # One of its own: nobody else's comes back.
        said = ask("POST", f"/items/{min(KNOWN.kept['item'])}/comments", {"body": "To be deleted"})[1]
        if said:
            ask("DELETE", f"/comments/{said['id']}")
        case.path_parameters["comment"] = said["id"] if said else case.path_parameters["comment"]
        return
    if case.path == "/messages/{message}" and case.method.upper() != "GET":
        # Nobody changes what others wrote, or what is deleted.
        group = min(KNOWN.kept["conversation"] & KNOWN.groups())
        said = ask("POST", f"/conversations/{group}/messages", {"body": "To be changed"})[1]
        case.path_parameters["message"] = said["id"] if said else case.path_parameters["message"]
        return
    if case.path == "/bulk-acts/{bulk_act}/undo":
        made = ask("POST", "/bulk-acts", {"items": [min(KNOWN.kept["item"])], "due_on": future_day()})[1]
        case.path_parameters["bulk_act"] = (made or {}).get("id") or case.path_parameters["bulk_act"]
        return
    if re.fullmatch(r"/items/\{item\}/(approval|decide|delegate|withdraw|remind)", case.path):
        case.path_parameters["item"] = to_be_approved()
        return
    if re.fullmatch(r"/items/\{item\}/(clock|pause-clock|resume-clock)", case.path):
        case.path_parameters["item"] = with_a_clock(case.path.endswith("resume-clock"))
        return
    if case.path == "/conversations/{conversation}" and case.method.upper() == "PATCH":
        # Only groups have a title.
        case.path_parameters["conversation"] = min(KNOWN.kept["conversation"] & KNOWN.groups())
        return
    below = re.match(r"^/(\w+)/\{(\w+)\}/(\w+)/\{(\w+)\}", case.path)
    pairs = KNOWN.below[below[1], below[3]] if below else []
    if below and below[3] in ("files", "comments"):
        # Later ones come and go.
        pairs = pairs[:KEPT]
    if pairs:
        owner, record = pairs[sum(str(case.path_parameters[below[4]]).encode()) % len(pairs)]
        if below[3] == "files" and (case.method.upper() == "DELETE" or case.path.endswith("/restore")):
            record = upload(f"/{below[1]}/{owner}") or record
        if below[3] == "comments" and (case.method.upper() == "DELETE" or case.path.endswith("/restore")):
            said = ask("POST", f"/{below[1]}/{owner}/comments", {"body": "To be deleted"})[1]
            record = said["id"] if said else record
        if case.path.endswith("/restore"):
            ask("DELETE", f"/{below[1]}/{owner}/{below[3]}/{record}", if_match="*")
        case.path_parameters |= {below[2]: owner, below[4]: record}
        return
    for name, drawn in list(case.path_parameters.items()):
        if case.path.endswith("{" + name + "}/restore") and case.meta.phase.name != TestPhase.STATEFUL:
            case.path_parameters[name] = deleted(case.path, name) or drawn
        elif drawn not in KNOWN.ever[name]:
            place = case.path.split("/{" + name + "}")[0]
            case.path_parameters[name] = KNOWN.pick_alive(name, place, drawn)


def deleted(path, kind):
    """A record of its own, which is deleted each time so that it can be brought back."""
    record, place = KNOWN.restored.get(kind), path.removesuffix("/restore")
    if record and "delete" in DOCUMENT["paths"].get(place, {}):
        ask("DELETE", place.replace("{" + kind + "}", record), if_match="*")
    return record


def new_name(path, name):
    """A name that no other record has, as long as the one that was drawn where that is long."""
    number = 1
    wanted = name
    path = collection(path)
    while (path, plain(wanted)) in KNOWN.names:
        number += 1
        end = f" {number}"
        wanted = (name[: -len(end)] if 2 * len(end) < len(name) else name) + end
    KNOWN.names.add((path, plain(wanted)))
    return wanted


def name_version(case, positive):
    """The version that the record has now; else whichever it has."""
    drawn = case.headers.get("If-Match")
    if drawn is not None and not stays(case, "version"):
        case.headers["If-Match"] = (positive and version_now(case)) or "*"


def version_now(case):
    """What was read before may be old by now: rules, clocks and jobs change records, too."""
    record = case.path[: case.path.rfind("}") + 1] or case.path
    if "get" not in DOCUMENT["paths"].get(record, {}):
        return None
    address = re.sub(r"\{(\w+)\}", lambda name: str(case.path_parameters[name[1]]), record)
    request = urllib.request.Request(BASE + urllib.parse.quote(address), headers={"Authorization": f"Bearer {KEY}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers["ETag"]
    except urllib.error.HTTPError:
        return None


def name_page(case):
    """A page that there is. Without one it is the first."""
    if "after" in case.query:
        cursor = KNOWN.cursors.get((case.formatted_path, case.query.get("sort")))
        if cursor:
            case.query["after"] = cursor
        else:
            del case.query["after"]


def with_known(value):
    if isinstance(value, list):
        return [with_known(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: with_known(known(kind_of(name), one) if kind_of(name) else one) for name, one in value.items()}


def known(kind, value):
    if isinstance(value, list):
        return [known(kind, one) for one in value]
    drawn = isinstance(value, str) and value not in KNOWN.ever[kind]
    return KNOWN.pick(kind, value) if drawn and (kind in KEYED or is_uuid(value)) else value


def spare(case):
    """Deletes nothing that later calls need, and leaves the key of the run and its owner alone."""
    if case.method.upper() in ("GET", "HEAD", "OPTIONS") or not case.path_parameters:
        return
    name = re.findall(r"\{(\w+)\}", case.path)[-1]
    value = case.path_parameters.get(name)
    ends = case.path.endswith("{" + name + "}")
    deletes = case.method.upper() == "DELETE" and ends and case.path.count("{") == 1
    needed = case.path.startswith("/members/") and value in OTHERS
    if value == OWN.get(name) or needed or (deletes and value in KNOWN.kept[name]):
        case.path_parameters[name] = KNOWN.spare(name) or str(uuid.UUID(int=len(KNOWN.ever[name])))


@schemathesis.hook
def after_call(context, case, response):
    if not 200 <= response.status_code < 300:
        return
    path = case.formatted_path
    if case.method.upper() == "DELETE":
        if case.path_parameters:
            name = re.findall(r"\{(\w+)\}", case.path)[-1]
            KNOWN.forget(name, case.path_parameters.get(name))
    try:
        body = response.json()
    except ValueError:
        return
    if isinstance(body, dict) and isinstance(body.get("next"), str):
        KNOWN.cursors[(path, case.query.get("sort"))] = body["next"]
    KNOWN.learn(path, body)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what is no fault: a refusal that no schema can foresee, and texts that fit once they are tidied."""
    if isinstance(failure, RejectedPositiveData) and response.status_code == 422:
        errors = response.json().get("errors", [])
        return not errors or not all(BEYOND_SCHEMAS.match(error["message"]) for error in errors)
    if isinstance(failure, AcceptedNegativeData):
        return not fits_when_tidied(case)
    return True


def fits_when_tidied(case):
    alternative = case.operation.get_body_for_media_type(case.media_type) if case.media_type else None
    if alternative is None or not isinstance(case.body, (dict, list)):
        return False
    validator = make_validator(alternative.optimized_schema, case.operation.schema.adapter.jsonschema_validator_cls)
    return not validator.is_valid(case.body) and validator.is_valid(tidied(case.body))


def tidied(value):
    if isinstance(value, list):
        return [tidied(one) for one in value]
    if isinstance(value, dict):
        return {name: tidied(one) for name, one in value.items()}
    return " ".join(value.split()) if isinstance(value, str) else value
