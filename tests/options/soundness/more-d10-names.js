const o={b:1,2:1,1:1,a:1}; Object.defineProperty(o,'h',{value:1});
export const options = {cloud: {apm: [Object.getOwnPropertyNames(o), Object.keys(o), JSON.stringify(o), Reflect.ownKeys(o), Object.getOwnPropertyNames('ab'), Object.getOwnPropertyNames(()=>1)]}};
