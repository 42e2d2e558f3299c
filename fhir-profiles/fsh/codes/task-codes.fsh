ValueSet: TaskCodes
Id: task-codes
Title: "Task codes"
Description: "What a person is asked to do: answer an alert, or resolve a worklist item."
* insert OfKind(task)
