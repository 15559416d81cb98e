 let v1 = [1, v0.b]; let v2 = 3; const v3 = {};
 { try { try { try { try {} finally { v1.push([v3,]); } } catch (e8) { } } finally { (v2 <= v1.push('zz') || v2 == 5) || 1; } } catch (e22) { } }
v3.a = {get a() { /*B*/ v1.length = 2;  }};
export const options = {cloud: {apm: [v0, v1, v2, v3, v26,]}};
