import http from 'k6/http';

class Destination {
  static readonly provider: string = 'prometheus';
  constructor(public readonly url: string, private readonly rate: number = 5) {}
  build(metrics?: string[]): Record<string, unknown> {
    return { provider: Destination.provider, remoteWriteURL: this.url, metrics: metrics ?? ['checks'], resampleRate: this.rate };
  }
}

export const options = { ext: { loadimpact: { apm: [new Destination('https://prom.example.com/api/v1/write').build()] } } };

export default function (): void {
  http.get('https://shop.example.com/');
}
