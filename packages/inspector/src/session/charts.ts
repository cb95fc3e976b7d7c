import type { ChartDescription, ChartState, ChartTransition } from '../chartOf.ts';
import { isObject, listOf, number, oneOf, type Place, refuse, text, textOrNull, truth } from './check.ts';

export function readCharts(at: Place): Readonly<Record<string, ChartDescription>> {
  if (!isObject(at.value)) return refuse(at, 'an object');
  const keys = Object.keys(at.value).filter((key) => key !== '__proto__');
  return Object.fromEntries(keys.map((key) => [key, readChart(at.at(key))]));
}

function readChart(at: Place): ChartDescription {
  return {
    id: text(at.at('id')),
    states: listOf(at.at('states'), readState),
    transitions: listOf(at.at('transitions'), readTransition),
  };
}

function readState(at: Place): ChartState {
  return {
    id: text(at.at('id')),
    name: text(at.at('name')),
    type: oneOf(at.at('type'), ['atomic', 'compound', 'parallel', 'final', 'history']),
    parent: textOrNull(at.at('parent')),
    isInitial: truth(at.at('isInitial')),
  };
}

function readTransition(at: Place): ChartTransition {
  return {
    id: text(at.at('id')),
    name: text(at.at('name')),
    source: text(at.at('source')),
    targets: listOf(at.at('targets'), text),
    trigger: oneOf(at.at('trigger'), ['event', 'after', 'always', 'done', 'error', 'snapshot', 'stateDone']),
    event: text(at.at('event')),
    eventName: text(at.at('eventName')),
    guard: textOrNull(at.at('guard')),
    order: number(at.at('order')),
    reenter: truth(at.at('reenter')),
  };
}
