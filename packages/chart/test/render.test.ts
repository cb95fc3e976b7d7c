import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { Chart, escapeXml, layoutChart, renderMermaid, renderSvg } from '../src/index.ts';
import { mediaPlayer } from './machines/mediaPlayer.ts';
import { trafficLight } from './machines/trafficLight.ts';
import { randomMachine } from './randomChart.ts';

const light = new Chart(trafficLight);

describe('renderSvg', () => {
  it('shows each state and each transition once, by its id', async () => {
    const svg = renderSvg(await layoutChart(light));
    const found = (attribute: string): string[] =>
      [...svg.matchAll(new RegExp(`${attribute}="([^"]*)"`, 'g'))].map(([, id = '']) => id);
    expect(found('data-state')).toEqual(light.states.map(({ id }) => id));
    expect(found('data-transition').sort()).toEqual(light.transitions.map(({ id }) => id).sort());
  });

  it('gives the same bytes for the same chart', async () => {
    expect(renderSvg(await layoutChart(light))).toBe(renderSvg(await layoutChart(new Chart(trafficLight))));
  });

  it('marks states, transitions and the arrows that they go by', async () => {
    const svg = renderSvg(await layoutChart(light), {
      markState: ({ name }) => (name === 'dark' ? { classes: ['never'], sign: '✕', note: 'never entered' } : {}),
      markTransition: ({ event }) => (event === 'tick' ? { classes: ['taken', 'often'], note: '7 times' } : {}),
    });
    expect(svg).toContain('class="state atomic never" data-state="light.dark"');
    expect(svg).toContain('aria-label="dark: never entered"');
    expect(svg).toContain('>✕</text>');
    expect(svg.match(/class="arrow taken often"/g)).toHaveLength(3);
    expect(svg).toContain('<title>green → yellow by tick: 7 times</title>');
  });

  it('can be reached by keyboard when that is asked for, and not otherwise', async () => {
    const drawing = await layoutChart(light);
    expect(renderSvg(drawing)).not.toContain('tabindex');
    expect(renderSvg(drawing, { isFocusable: true }).match(/tabindex="0"/g)).toHaveLength(8 + 7);
  });

  it('brings no style when the page has one, and no attribute that a strict page would refuse', async () => {
    const svg = renderSvg(await layoutChart(light), { withStyle: false });
    expect(svg).not.toMatch(/<style|style=|<script|onload=|href=/);
  });

  it('tells kinds of states and transitions by classes', async () => {
    const svg = renderSvg(await layoutChart(new Chart(mediaPlayer)));
    expect(svg).toContain('class="state parallel" data-state="player"');
    expect(svg).toContain('class="state compound region" data-state="player.sound"');
    expect(svg).toContain('class="transition event row" data-transition="player.sound.loud|volume.*|0"');
  });

  it('lets no name of a chart become a tag, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(randomMachine, async (machine) => {
        const svg = renderSvg(await layoutChart(new Chart(machine)));
        const tags = new Set([...svg.matchAll(/<\/?([^\s/>]+)/g)].map(([, tag]) => tag));
        const known = ['svg', 'style', 'rect', 'g', 'title', 'text', 'path', 'circle'];
        expect([...tags].filter((tag) => !known.includes(tag ?? ''))).toEqual([]);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML has no place for
        expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Cs}/u);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('escapeXml', () => {
  it('keeps every text that XML has characters for, and no other', () => {
    expect(escapeXml(`<a b="c" d='e'>&\n`)).toBe('&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;&#10;');
    expect(escapeXml('\u0000\ud800🚀\uffff')).toBe('\ufffd\ufffd🚀\ufffd');
  });
});

describe('renderMermaid', () => {
  it('writes nested states, delays and guards, and what stays in a state as a note', () => {
    expect(renderMermaid(light)).toBe(`stateDiagram-v2
  state "light" as s0 {
    [*] --> s1
    state "green" as s1
    state "yellow" as s2
    state "red" as s3 {
      [*] --> s4
      state "walk" as s4
      state "wait" as s5
      state "stop" as s6
      s6 --> [*]
    }
    state "dark" as s7
  }
  s1 --> s2 : tick
  s2 --> s3 : after 1000 ms
  s3 --> s1 : done
  s4 --> s5 : tick
  s5 --> s6 : tick #91;inline#93;
  s7 --> s3 : powerRestored
  note right of s0
    powerOutage → dark
  end note
`);
  });

  it('separates regions', () => {
    expect(renderMermaid(new Chart(mediaPlayer))).toMatch(/^ {4}}\n {4}--\n {4}state "sound" as s4 \{$/m);
  });

  it('escapes what Mermaid would read as its own', () => {
    const on = { 'a:b --> c; %% #35; "d"\n}': {} };
    const written = renderMermaid(new Chart(createMachine({ id: 'm', on } as never)));
    expect(written).toContain('\n    a#58;b #45;#45;#62; c#59; #37;#37; #35;35#59; #34;d#34; #125;\n');
  });
});
