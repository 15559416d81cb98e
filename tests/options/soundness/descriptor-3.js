const o={}; Object.defineProperty(o,'x',{value:1}); try{o.x=2}catch(e){}
export const options = {cloud: {apm: [o.x]}};
