"""Whom the pager tells, and how."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from streams.settings.checks import check_url


class PagerSettings(BaseModel):
    """Alertmanager and what is posted to it."""

    alertmanager: str = Field(
        "", description="URLs of Alertmanager, comma separated; none: the pager pages nobody."
    )
    alertmanager_user: str | None = Field(None, description="Our name there (basic auth).")
    alertmanager_password: SecretStr | None = Field(None, description="Our password there.")
    alertmanager_token: SecretStr | None = Field(None, description="Or a bearer token.")
    alertmanager_ca: Path | None = Field(
        None, description="PEM file of the authorities that sign it; else the system's."
    )
    alertmanager_timeout_s: float = Field(
        5.0, gt=0, description="How long one post may take before it is tried again."
    )
    pager_rate: float = Field(200.0, gt=0, description="Alerts posted a second at the most.")
    pager_customers: bool = Field(
        False, description="Put ids of customer and case into annotations."
    )
    runbooks: str = Field("docs/runbooks", description="Folder or URL where runbooks lie.")
    dashboards: str = Field(
        "", description="http or https URL of Grafana, for links; none: no links."
    )
    cause_window_s: float = Field(
        300.0, ge=5, description="How far back alerts are held against each other."
    )
    cause_learning_s: float = Field(
        600.0, ge=0, description="How long alerts are watched before some can be unusual."
    )

    @model_validator(mode="after")
    def _links_lead_somewhere(self) -> Self:
        if self.dashboards:
            check_url(self, "dashboards")
        if "://" in self.runbooks:  # else a folder
            check_url(self, "runbooks")
        return self
