"""`GET /country/<code>` with the stack that the demonstration once had: FastAPI, SQLAlchemy 2 (asynchronous), asyncpg.

DATABASE_URL (in SQLAlchemy's form) and POOL_SIZE (per worker) say the rest.
"""

import os
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Country(Base):
    __tablename__ = "countries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    iso2code: Mapped[str] = mapped_column(unique=True)
    iso3code: Mapped[str | None]


class CountryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str | None
    iso2code: str
    iso3code: str | None


engine = create_async_engine(
    os.environ["DATABASE_URL"],
    pool_size=int(os.environ["POOL_SIZE"]),
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


@app.get("/country/{code}")
async def show(code: str, db: Annotated[AsyncSession, Depends(session)]) -> CountryOut:
    country = await db.scalar(select(Country).where(Country.iso2code == code.upper()))
    if country is None:
        raise HTTPException(404)
    return CountryOut.model_validate(country)
