// What one would ask DuckDB: the default metrics in windows of 3 s, with count, sum, least and largest, and percentiles
// of the Trend. Only the columns that are needed are read.
//
//     node duckdb.mjs MODULES FILE THREADS
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, file, threads] = process.argv.slice(2);
const entry = createRequire(path.join(modules, 'from.js')).resolve('@duckdb/node-api');
const { DuckDBInstance } = await import(pathToFileURL(entry));
const instance = await DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const reader = await connection.runAndReadAll(`
  SELECT metric, epoch_us(data.time) // 3000000 * 3 AS start, count(*), sum(data.value), min(data.value),
         max(data.value), quantile_cont(data.value, [0.5, 0.9, 0.95, 0.99]) FILTER (WHERE metric = 'http_req_duration')
  FROM read_json('${file.replaceAll("'", "''")}', format = 'newline_delimited',
                 columns = {metric: 'VARCHAR', type: 'VARCHAR', data: 'STRUCT("time" TIMESTAMP, "value" DOUBLE)'})
  WHERE type = 'Point'
    AND metric IN ('data_sent', 'data_received', 'http_req_duration', 'http_reqs', 'iterations', 'vus')
  GROUP BY ALL ORDER BY ALL`);
for (const row of reader.getRows()) console.log(row.join(' '));
