import { ChartView } from './ChartView.ts';
import { Choice } from './Choice.ts';
import { Connection } from './Connection.ts';
import { Drawings } from './Drawings.ts';
import { found, timeOf } from './dom.ts';
import { Files } from './Files.ts';
import { FleetView } from './FleetView.ts';
import { HealthView } from './HealthView.ts';
import { LogView } from './LogView.ts';
import { MomentView } from './MomentView.ts';
import { Model } from './model/Model.ts';
import { SequenceView } from './SequenceView.ts';
import { forgetColours } from './statusColours.ts';
import { Tabs } from './Tabs.ts';
import { TimelineView } from './TimelineView.ts';

const shared = { model: new Model(), choice: new Choice() };
const { choice, model } = shared;
let isRendering = false;
/** The name of the session that is shown instead of what runs. */
let file: string | undefined;

/** Drawn once a frame, however much comes in between. */
function renderSoon(): void {
  if (isRendering) return;
  isRendering = true;
  requestAnimationFrame(() => {
    isRendering = false;
    render();
  });
}

const fleet = new FleetView(shared, renderSoon);
const drawings = new Drawings(renderSoon);
const chart = new ChartView(shared, drawings);
const moment = new MomentView(shared);
const log = new LogView(shared, renderSoon);
const sequence = new SequenceView(shared);
const timeline = new TimelineView(shared);
const health = new HealthView(shared);
const tabs = new Tabs(found('#tabs', HTMLElement), renderSoon);

function render(): void {
  if (choice.actor === undefined || !model.actors.has(choice.actor)) {
    const [first] = model.roots();
    if (first) choice.choose(first.identity.actor);
  }
  fleet.render();
  chart.render();
  renderMoment();
  switch (tabs.open) {
    case 'panel-log':
      return log.render();
    case 'panel-sequence':
      return sequence.render();
    case 'panel-timeline':
      return timeline.render(endMs());
    case 'panel-health':
      return health.render();
    default:
      return moment.render();
  }
}

function renderMoment(): void {
  const record = choice.moment === null ? undefined : model.entry(choice.moment);
  const isPast = choice.moment !== null;
  found('#moment', HTMLElement).textContent = isPast
    ? `as of ${record ? timeOf(record.atMs) : 'an entry that is gone'}`
    : (file ?? 'now');
  found('#now', HTMLButtonElement).hidden = !isPast;
}

/** Now; of a session, its last entry. */
function endMs(): number {
  return file === undefined ? Date.now() : (model.entry(model.end - 1)?.atMs ?? Date.now());
}

function say(words: string): void {
  found('#said', HTMLElement).textContent = words;
}

choice.listen(renderSoon);
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
    renderSoon();
  },
});
new Connection({
  onMessage: (message) => {
    if (file !== undefined) return;
    model.take(message);
    if (message.type === 'chart') drawings.ahead(message.chart);
    renderSoon();
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
  renderSoon();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  forgetColours();
  renderSoon();
});
addEventListener('resize', renderSoon);
addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === '/' && !isTyping) {
    event.preventDefault();
    found('#search', HTMLInputElement).focus();
  }
  if (event.key === 'Escape') choice.choose(choice.actor, null);
});
