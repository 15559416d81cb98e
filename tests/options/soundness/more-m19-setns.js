import * as ns from './lib/more-m19-setns-ma.js'; let r=0; try { ns.s = 5; r=1 } catch (e) { r=2 } try { ns.q = 1; r+=10 } catch (e) { r+=20 } try { delete ns.s; r+=100 } catch (e) {}
export const options = {cloud: {apm: [ns.s, r, ns.q]}};
