/** @returns {string} 32 hexadecimal digits, from 16 random bytes; `crypto.randomUUID` is missing on plain http */
export function randomHex() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
