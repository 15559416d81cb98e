 let v1 = [1, v0.b];
try { try { v1[0] = {get g() {  v1.filter((function () { v1.pop(); })); }};} catch  {} } catch  {}
export const options = {cloud: {apm: [v0, v1, v2, v3,]}};
