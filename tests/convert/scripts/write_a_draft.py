from playwright.sync_api import Page, expect


def test_example(page: Page) -> None:
    page.goto("http://127.0.0.1:8000/accounts/login/?next=/newsroom/write/")
    page.get_by_role("textbox", name="Username").click()
    page.get_by_role("textbox", name="Username").fill("ada")
    page.get_by_role("textbox", name="Username").press("Tab")
    page.get_by_role("textbox", name="Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox", name="Title").click()
    page.get_by_role("textbox", name="Title").fill("The tide")
    page.get_by_role("textbox", name="Title").press("Tab")
    page.get_by_role("textbox", name="Body").fill("It rises.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved")).to_be_visible()
