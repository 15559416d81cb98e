Array.prototype.map=function(){ return [9] }; Object.keys=()=>['q']; 
export const options = {cloud: {apm: [[1].map(x=>x), Object.keys({})]}};
