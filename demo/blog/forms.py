"""The form of a post."""

from __future__ import annotations

from django import forms

from blog.fields import PictureField
from blog.models import Post


class PostForm(forms.ModelForm):
    featured_image = PictureField(
        required=False, help_text="JPG, PNG, GIF or WebP, up to 2 MB. A post can do without."
    )
    remove_image = forms.BooleanField(label="Remove the image", required=False)

    class Meta:
        model = Post
        fields = ("title", "content", "image_text", "status")
        widgets = {"content": forms.Textarea(attrs={"rows": 12})}

    field_order = ("title", "content", "featured_image", "remove_image", "image_text", "status")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A program that does not send it creates a draft, or leaves the post's status unchanged.
        self.fields["status"].required = False
        if self.instance.featured_image:
            self.fields["featured_image"].help_text = "Another one takes the place of the present one."
        else:
            del self.fields["remove_image"]

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.initial.get("status", Post.Status.DRAFT)
