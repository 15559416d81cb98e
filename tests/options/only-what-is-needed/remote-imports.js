import http from 'k6/http';
import { randomItem, uuidv4 } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
import chai, { describe, expect } from 'https://jslib.k6.io/k6chaijs/4.3.4.3/index.js';
import * as kafka from 'k6/x/kafka';
import 'https://jslib.example.com/polyfill.js';

chai.config.aggregateChecks = false;
const id = uuidv4();
const writer = new kafka.Writer({ brokers: ['localhost:9092'], topic: id });

export const options = {
  tags: { id },
  ext: { loadimpact: { apm: [{ provider: 'prometheus', remoteWriteURL: 'https://prom.example.com/api/v1/write', metrics: ['checks'] }] } },
};

export default function () {
  http.get('https://shop.example.com/');
}
