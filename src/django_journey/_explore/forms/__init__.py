"""What is typed into a form: values that fit, and those that users send by mistake."""
