import http from 'k6/http';

function logged<T extends { new (...args: any[]): {} }>(target: T) {
  return target;
}
abstract class Flow<T> implements Iterable<T> {
  private static readonly options: Record<string, unknown> = { apm: [] };
  declare id: string;
  protected count?: number;
  name!: string;
  constructor(public readonly url: string, private retries: number = 3) {}
  abstract run(this: Flow<T>, input: T): Promise<void>;
  get total(): number { return this.count ?? 0; }
  *[Symbol.iterator](): Iterator<T> {}
}
class Browse extends Flow<string> {
  override async run(input: string): Promise<void> { await null; }
}

export const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
