import http from 'k6/http';
import { type Options, type Threshold as T } from 'k6/options';
import { apm } from './lib/apm';
import type Default from './lib/missing-types';

export type { Options };
export const options = { ext: { loadimpact: { apm } } } as Options;

export default function (): void {
  http.get('https://shop.example.com/');
}
