// A failure that a person can do something about: its message is the whole story, and no stack is shown.
export class Explained extends Error {
  override readonly name = "Explained";
}
