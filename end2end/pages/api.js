// The server functions a test calls to prepare records, as the browser would.
import { expect } from '@playwright/test';

const WORKFLOW = 'UC';

/** Everything a vehicle needs on its way, so that no required field is in the way of a test about something else. */
const COMPLETE = {
  'data[registration]': 'EEE 111',
  'data[mileage]': '42000',
  'data[inspection]': 'No remarks',
  'data[repair_cost]': '1200',
  'data[asking_price]': '99000',
};

/** Calls server functions as one person. */
export class Api {
  /** @param {import('@playwright/test').APIRequestContext} request */
  constructor(request) {
    this.request = request;
  }

  /** Asks for a server function and hands back the bare answer. */
  ask(name, form = {}) {
    return this.request.post(`/api/${name}`, { form, headers: { Accept: 'application/json' } });
  }

  /** Calls a server function that must succeed. */
  async call(name, form = {}) {
    const answer = await this.ask(name, form);
    expect(answer.status(), `${name}: ${await answer.text()}`).toBe(200);
    return answer.json();
  }

  /** The workflow of the demo with its steps and fields. */
  async workflow() {
    const [workflow] = await this.call('workflows/api/workflow/load_form', { key: WORKFLOW });
    return workflow;
  }

  /** Everything about the item called `key`. */
  async item(key) {
    const page = await this.call('workflows/api/item/load_item', { key });
    page.item.card = named(page.item.card);
    return page;
  }

  /** Keeps a design as the first draft of a workflow. Hands back its version as a text: it is too large for a number. */
  async keepDraft(workflow_id, definition) {
    return /"version":(\d+)/.exec(await this.design('save_draft', JSON.stringify({ workflow_id, version: 0, definition })))[1];
  }

  /** Publishes a design, without clicking. */
  async publish(workflow_id, definition) {
    const version = await this.keepDraft(workflow_id, definition);
    await this.design('publish_draft', `{ "workflow_id": "${workflow_id}", "version": ${version}, "moves": {} }`);
  }

  /** Calls a server function of the designer with JSON. */
  async design(name, data) {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.request.post(`/api/workflows/api/design/${name}`, { data, headers });
    expect(answer.status(), await answer.text()).toBe(200);
    return answer.text();
  }

  /**
   * Adds a vehicle and brings it to a step.
   * @returns {Promise<string>} its key, such as `UC-301`
   */
  async newItem({ title, at = 'Request test', complete = true, ...fields }) {
    const workflow = await this.workflow();
    const data = complete ? COMPLETE : {};
    const form = { workflow_id: workflow.head.id, title, priority: '2', ...data, ...fields };
    const key = await this.call('workflows/api/item/create_item', form);
    const ways = {
      'Request test': [],
      'Test and inspect': ['Test and inspect'],
      'Repair and recondition': ['Test and inspect', 'Repair and recondition'],
      Publish: ['Test and inspect', 'Publish'],
      Sold: ['Test and inspect', 'Publish', 'Sold'],
    };
    for (const step of ways[at]) await this.move(key, step);
    return key;
  }

  /** Moves an item along the workflow. */
  async move(key, step) {
    const { workflow, item } = await this.item(key);
    const to = workflow.steps.find(({ name }) => name === step);
    const form = { item_id: item.card.id, to_step_id: to.id, version: String(item.card.version) };
    return this.call('workflows/api/item/move_item', form);
  }

  /** The name of the step an item is in. */
  async stepOf(key) {
    const { workflow, item } = await this.item(key);
    return workflow.steps.find(({ id }) => id === item.card.step_id).name;
  }
}

/** Cards travel as a row of values, to be short. */
const CARD = 'id number title tag step_id step_since priority assignee_id due_on amount comment_count version'.split(' ');

function named(card) {
  if (!Array.isArray(card)) return card;
  return Object.fromEntries(CARD.map((name, index) => [name, card[index]]));
}
