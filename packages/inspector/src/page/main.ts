import { ChartView } from './ChartView.ts';
import { Choice } from './Choice.ts';
import { Connection } from './Connection.ts';
import { Drawings } from './Drawings.ts';
import { found, timeOf, write } from './dom.ts';
import { Files } from './Files.ts';
import { FleetView } from './FleetView.ts';
import { Frames } from './Frames.ts';
import { HealthView } from './HealthView.ts';
import { LogView } from './LogView.ts';
import { MomentView } from './MomentView.ts';
import { Model } from './model/Model.ts';
import { SendView } from './SendView.ts';
import { SequenceView } from './SequenceView.ts';
import { forgetColours } from './statusColours.ts';
import { Tabs } from './Tabs.ts';
import { TimelineView } from './TimelineView.ts';

const shared = { model: new Model(), choice: new Choice() };
const { choice, model } = shared;
/** The name of the session that is shown instead of what runs. */
let file: string | undefined;

const frames = new Frames([renderChosen, renderFleet]);
const drawings = new Drawings(frames.soon);
const fleet = new FleetView(shared, frames.soon);
const chart = new ChartView(shared, drawings);
const send = new SendView(shared);
const moment = new MomentView(shared);
const log = new LogView(shared, frames.soon);
const sequence = new SequenceView(shared);
const timeline = new TimelineView(shared);
const health = new HealthView(shared, frames.soon);
const tabs = new Tabs(found('#tabs', HTMLElement), frames.soon);

function renderFleet(): void {
  fleet.render();
}

function renderChosen(): void {
  if (choice.actor === undefined || !model.actors.has(choice.actor)) {
    const [first] = model.roots();
    if (first) choice.choose(first.identity.actor);
  }
  chart.render();
  send.render();
  renderMoment();
  switch (tabs.open) {
    case 'panel-log':
      return log.render();
    case 'panel-sequence':
      return sequence.render();
    case 'panel-timeline':
      return timeline.render(endMs());
    case 'panel-health':
      return health.render(endMs());
    default:
      return moment.render();
  }
}

function renderMoment(): void {
  const record = choice.moment === null ? undefined : model.entry(choice.moment);
  const isPast = choice.moment !== null;
  const words = isPast ? `as of ${record ? timeOf(record.atMs) : 'an entry that is gone'}` : (file ?? 'now');
  write(found('#moment', HTMLElement), words);
  found('#now', HTMLButtonElement).hidden = !isPast;
}

/** Now; of a session, its last entry. */
function endMs(): number {
  return file === undefined ? Date.now() : (model.entry(model.end - 1)?.atMs ?? Date.now());
}

function say(words: string): void {
  found('#said', HTMLElement).textContent = words;
}

choice.listen(frames.soon);
new Files({
  model,
  chart: () => chart.chart,
  say,
  onOpen: (name) => {
    file = name;
    document.body.dataset['state'] = 'file';
    found('#state', HTMLElement).textContent = `file ${name}`;
    say('Reload the page to see what runs.');
    choice.choose(undefined, null);
    frames.soon();
  },
});
new Connection({
  onMessage: (message) => {
    if (file !== undefined) return;
    model.take(message);
    if (message.type === 'chart') drawings.ahead(message.chart);
    frames.later();
  },
  onState: (words, isLive) => {
    if (file !== undefined) return;
    found('#state', HTMLElement).textContent = words;
    document.body.dataset['state'] = isLive ? 'live' : 'lost';
  },
})
  .begin()
  .catch(() => say('The server has gone.'));

found('#now', HTMLButtonElement).addEventListener('click', () => choice.choose(choice.actor, null));
found('#theme', HTMLButtonElement).addEventListener('click', () => {
  const { dataset } = document.documentElement;
  const isDark =
    dataset['theme'] === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : dataset['theme'] === 'dark';
  dataset['theme'] = isDark ? 'light' : 'dark';
  forgetColours();
  frames.soon();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours();
  frames.soon();
});
addEventListener('resize', frames.soon);
addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    found('#search', HTMLInputElement).focus();
  }
  if (event.key === 'Escape') choice.choose(choice.actor, null);
});
