let v0 = {a: 1, b: {a: 2}}; let v1 = [1, v0.b]; let v2 = 3; const v3 = {c: v0, m(p) { this.a = p; return this; }};
try { try { try { Object.assign(v0, Object.defineProperty(v0, 'a', {get() { /*B*/ v1.indexOf1 > 5 ? 1 : (v0.m?.()); v2++;  return this; }, set(p) {  return Object.assign(this, Object.defineProperty(v3, 'b', {})); }, configurable: true})); } finally {}; } catch (e9) { 5; } 5; ({b: v3.c} = v0); } finally { 0; }
let of = Object.fromEntries([]);
export const options = {cloud: {apm: [v0, v1, v2, v3, of, v1.length]}};
