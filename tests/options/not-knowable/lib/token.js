import crypto from 'k6/crypto';

export const kind = 'token';
export const token = crypto.randomBytes(8);
