interface Destination { provider: string; remoteWriteURL: string; metrics?: string[] }

export const apm: Destination[] = [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }];
