export type Provider = 'prometheus' | 'datadog';
export interface Destination {
  provider: Provider;
  remoteWriteURL: string;
  metrics?: readonly string[];
  resampleRate?: number;
}

export const apm: Destination[] = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }];
