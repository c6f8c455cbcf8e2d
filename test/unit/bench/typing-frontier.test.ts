import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { busyAt, frontierOf, savedAt } from '../../../bench/typing/frontier.ts';
import { variantsOf } from '../../../bench/typing/sensitivity.ts';
import { PLAIN, TYPIST } from '../../../bench/typing/person.ts';
import { simpleClient } from '../../../bench/peers/clients/simple.ts';
import { peerClient } from '../../../bench/peers/clients/client.ts';
import { clairvoyant } from '../../../bench/typing/clairvoyant.ts';
import { PairedTools } from '../../../bench/typing/frontier.ts';
import { goalRows } from '../../../bench/typing/goals.ts';
import { profileOf } from '../../../bench/typing/profiles.ts';
import { typingPicture } from '../../../bench/typing/picture.ts';
import { playAll } from '../../../bench/typing/run.ts';
import { stretchOf, tokens } from './typing-stretch.ts';

const at = (busyMs: number, saved: number) => ({ busyMs, saved, notKept: 0 });

describe('a frontier', () => {
  const hull = frontierOf([at(100, 20), at(300, 40), at(250, 30), at(400, 35)]);

  test('leaves out what two other points together do better', () => {
    assert.deepEqual(hull, [at(0, 0), at(100, 20), at(300, 40)]);
  });

  test('is read between its points, and not beyond them', () => {
    assert.equal(busyAt(hull, 10), 50);
    assert.equal(busyAt(hull, 30), 200);
    assert.equal(busyAt(hull, 41), Infinity);
    assert.equal(savedAt(hull, 200), 30);
    assert.equal(savedAt(hull, 1000), 40);
    assert.equal(savedAt(hull, 0), 0);
  });

  test('is drawn with each tool beside it', () => {
    const svg = typingPicture([{ ...at(300, 40), label: 'a & b', kind: 'peer' }], hull, 'x');
    assert.match(svg, /a &amp; b/);
    assert.doesNotMatch(svg, /NaN/);
  });
});

test('a tool against itself is met by no goal that asks for better', async () => {
  const stretches = ['first', 'second'].map((id) => ({
    ...stretchOf('price', [tokens('price', '\n')]),
    ...{ id, file: id },
  }));
  const profile = profileOf('blackbox');
  const simple = await playAll(stretches, peerClient(simpleClient), profile, PLAIN);
  const bound = await playAll(stretches, clairvoyant(2), profile, PLAIN);
  const played = new Map([
    ['ours', simple],
    ['never', simple],
    ['peer', simple],
    ['bound', bound],
  ]);
  const sides = { ours: ['ours'], neverGivesUp: 'never', peers: ['peer'], clairvoyant: ['bound'] };
  const rows = goalRows(new PairedTools(played), sides);
  assert.deepEqual(
    rows.map(({ met }) => met),
    [false, false, false, false],
  );
  assert.equal(rows[0]?.value, 1);
  assert.ok((rows[0].bound ?? 1) < 1);
});

test('each figure of the person is halved and doubled', () => {
  const names = variantsOf(TYPIST).map(({ name }) => name);
  assert.ok(names.includes('keyMs x 0.5') && names.includes('readMsPerChar x 2'));
});
