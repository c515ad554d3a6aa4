// What stands folded below the film, made when it is opened for the first time.

/** @param {import("./player.js").Player} player @param {any} box a <details> that was opened */
export async function fillBox(player, box) {
  if (box.dataset.part === "notes") (await import("./player-notes.js")).addNotes(player, box);
  else (await import("./player-storyboard.js")).addStoryboard(player, box);
}
