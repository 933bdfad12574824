export interface Document {
  placeholder: true
}
