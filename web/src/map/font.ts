/** The font of the page, which MapLibre draws labels with; no glyphs are asked for. */
export const FONT = ["Figtree"];
