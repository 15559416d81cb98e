let x=1; function f(a=()=>x){ var x=2; return a() } function g(a, b=()=>a){ a=5; return b() } function h(a, b=()=>{ a=9 }){ var a; b(); return a } 
export const options = {cloud: {apm: [f(), g(1), h(1)]}};
