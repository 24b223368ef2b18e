"""The form of a post."""

from __future__ import annotations

from django import forms

from blog.fields import PictureField
from blog.models import Post


class PostForm(forms.ModelForm):
    new_picture = PictureField(
        label="Picture", required=False, help_text="JPG, PNG, GIF or WebP, up to 2 MB. A post can do without."
    )
    remove_picture = forms.BooleanField(label="Remove the picture", required=False)

    class Meta:
        model = Post
        fields = ("title", "body", "picture_text")
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}

    field_order = ("title", "body", "new_picture", "remove_picture", "picture_text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.picture:
            self.fields["new_picture"].label = "Another picture"
        else:
            del self.fields["remove_picture"]
