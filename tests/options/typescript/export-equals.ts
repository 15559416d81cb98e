const options = { ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'], resampleRate: 5 }] } } };

export = { options, default: function (): void {} };
