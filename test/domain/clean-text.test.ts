import { faultOfText, toKeepableJson } from '../../src/domain/clean-text';
import type { JsonValue } from '../../src/domain/dag-action';

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as JsonValue;

it.each(['', 'a\tb\r\nc', '😀', 'é'])('%j is a clean text', (text) => {
  expect(faultOfText(text)).toBeNull();
});

it.each(['\0', 'a\x1b', '\ud800', '\udc00a'])('%j is not', (text) => {
  expect(faultOfText(text)).not.toBeNull();
});

it('makes of any JSON what can be kept', () => {
  const value = JSON.parse('{"a\\u0000": ["\\ud800x", "😀", 1e999, {"__proto__": 1, "b": null}], "c": true}') as JsonValue; // prettier-ignore
  expect(toKeepableJson(value)?.value).toEqual({ 'a\ufffd': ['\ufffdx', '😀', null, { b: null }], c: true });
});

it('gives up on what is nested too deep', () => {
  expect(toKeepableJson(nested(100))).not.toBeNull();
  expect(toKeepableJson(nested(101))).toBeNull();
  expect(toKeepableJson(nested(100_000))).toBeNull();
});
