function f(a,b){} const g=()=>{};
export const options = {cloud: {apm: [f.name, f.length, g.name]}};
