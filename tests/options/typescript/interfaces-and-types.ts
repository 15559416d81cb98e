import http from 'k6/http';

interface Base<T = string> extends Record<string, unknown> {
  readonly name: T;
  call?(options: { apm: [] }): void;
  new (x: number): Base<T>;
  (y: string): T;
  [key: string]: unknown;
  get value(): string;
}
type Multi =
  | { kind: 'a'; value: string }
  | { kind: 'b'; value: `x${string}` }
  | (() => void)
  | null;
type Fn = (a: number, ...rest: string[]) => asserts a is 5;
type Cond<T> = T extends Array<infer U> ? U : T extends (...args: any[]) => infer R ? R : never;
type Mapped = { readonly [K in keyof Base]?: Base[K] } & { -readonly [K in 'a' | 'b']-?: string };
type Tuple = [first: string, second?: number, ...rest: boolean[]];
type T2 = typeof options['ext'];
type Ctor = abstract new () => object;
declare const INJECTED: string;
declare function inject(name: string): string;
declare module 'k6/x/thing' {
  export const options: { apm: [] };
}
declare global {
  interface Window { options: T2 }
}
export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
