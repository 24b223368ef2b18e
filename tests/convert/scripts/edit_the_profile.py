from playwright.sync_api import Page, expect


def test_example(page: Page) -> None:
    page.goto("http://127.0.0.1:8000/accounts/profile/edit/")
    page.get_by_role("textbox", name="Username").click()
    page.get_by_role("textbox", name="Username").fill("ada")
    page.get_by_role("textbox", name="Username").press("Tab")
    page.get_by_role("textbox", name="Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox", name="First name").fill("Adele")
    page.get_by_role("textbox", name="Birthday").fill("1991-12-11")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("#main")).to_contain_text("Adele")
