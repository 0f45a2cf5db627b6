"""Draw results with matplotlib: every function takes Axes, or makes them, and gives them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from nanorotor._errors import ModelError, missing_extra
from nanorotor.molecule.drawing import VIEW, angles_of, draw
from nanorotor.molecule.structure import of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colours that differ for every eye (Okabe and Ito), darkest first.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
#: Line styles, so that nothing depends on colour alone.
STYLES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
#: Markers for points with errors.
MARKERS = ("o", "s", "^", "D", "v")
#: Names that have a symbol in docs/physics.md which their words do not give away.
SYMBOLS = {"barrier": "barrier ΔU", "rotational_diffusion": r"$D_\mathrm{eff}$"}
#: A mean torque below this share of the largest is rounding noise.
NO_DRIVE = 1e-9
#: Fewer electrons per rad are rounding noise.
NO_EMISSIVITY = 1e-9
#: More levels than this are not told apart.
MOST_LEVELS = 8
#: How many times a drawn trajectory turns by half a revolution.
MOVES = 20


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise missing_extra("matplotlib", "plot", "drawing") from None
    return plt


def _needs(ds: xr.Dataset, names: Sequence[str], maker: str) -> None:
    if not isinstance(ds, xr.Dataset):
        raise ModelError(f"this is no dataset but a {type(ds).__name__}", f"draw the whole of what {maker} returns")
    missing = [name for name in names if name not in ds]
    if missing:
        raise ModelError(f"the dataset has no {', '.join(missing)}", f"draw what {maker} returns")


def _unit(variable: xr.DataArray) -> str:
    unit = str(variable.attrs.get("display_units", variable.attrs.get("units", "1")))
    return "" if unit == "1" else unit.replace("^2", "²")


def _label(variable: xr.DataArray, symbol: str) -> str:
    unit = _unit(variable)
    return f"{symbol} ({unit})" if unit else symbol


def _theta_ticks(ax: Axes, theta: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Quarters of a turn where the axis is a good part of one."""
    step = theta[1] - theta[0] if len(theta) > 1 else 0.0
    low, high = float(theta[0]), float(theta[-1] + step)
    ax.set_xlim(low, high)
    ax.set_xlabel("θ (rad)")
    quarter = np.pi / 4 if high - low < 4 else np.pi / 2
    ticks = np.arange(np.ceil(low / quarter - 1e-9), np.floor(high / quarter + 1e-9) + 1)
    if 2 <= len(ticks) <= 9:
        names = {0: "0", 1: "π/4", 2: "π/2", 3: "3π/4", 4: "π", 5: "5π/4", 6: "3π/2", 7: "7π/4", 8: "2π"}
        eighths = [round(tick * quarter / (np.pi / 4)) for tick in ticks]
        if all(k in names for k in eighths):
            ax.set_xticks(ticks * quarter, [names[k] for k in eighths])


def _legend(ax: Axes) -> None:
    """Name the lines over the frame, where none of them runs."""
    ax.legend(
        frameon=False,
        fontsize="small",
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        ncols=3,
        columnspacing=1.2,
        handlelength=1.8,
    )


def _grid_of_axes(axes: Any, count: int, rows: int) -> Any:
    if axes is None:
        _, axes = _pyplot().subplots(rows, 2, figsize=(7.0, 2.5 * rows), sharex=True, layout="constrained")
    axes = np.asarray(axes, dtype=object)
    if axes.size < count:
        raise ModelError(f"{axes.size} axes for {count} panels", f"give {count} axes, or none")
    return axes


def _mirror(one: Any, other: Any) -> bool:
    """Whether one line is the other with its sign changed, to what a figure can show."""
    one, other = np.asarray(one), np.asarray(other)
    reach = np.nanmax(np.abs([one, other])) if np.isfinite([one, other]).any() else 0.0
    return bool(np.allclose(one, -other, rtol=0, atol=1e-6 * reach, equal_nan=True))


def _work(ds: xr.Dataset) -> float:
    """What the whole torque does over a period, wind and load together; 0 where it is the slope of a potential."""
    if "total_torque" not in ds or ds.sizes["theta"] < 2:
        return 0.0
    total = ds["total_torque"].values
    mean = float(total.mean())
    step = float(ds["theta"][1] - ds["theta"][0])
    return mean * step * total.size if abs(mean) > NO_DRIVE * float(np.abs(total).max()) else 0.0


def _leads(ax: Axes, values: xr.DataArray, name: str, over: str = "lead") -> None:
    """Draw a line for each lead or level against θ, or one for two leads that are alike or mirror each other."""
    leads = [str(lead) for lead in values[over].values]
    lines = list(values.transpose(over, "theta").values)
    if over == "lead" and len(leads) == 2 and _mirror(*lines):
        leads, lines = [f"{leads[0]} = −{leads[1]}"], lines[:1]
    elif over == "lead" and len(leads) == 2 and _mirror(lines[0], -lines[1]):
        leads, lines = [f"{leads[0]} = {leads[1]}"], lines[:1]
    for k, (lead, line) in enumerate(zip(leads, lines, strict=True)):
        style, colour = STYLES[k % len(STYLES)], COLOURS[k % len(COLOURS)]
        ax.plot(values["theta"], line, linestyle=style, color=colour, label=lead)
    ax.set_ylabel(_label(values, name))
    _legend(ax)


def landscape(ds: xr.Dataset, axes: Any = None) -> Any:
    """Draw the potential, the effective temperature, friction and currents against θ.

    A wind or a load tilts the potential: it is drawn with their work W over a period L, beside its periodic part U,
    and the torque has a panel of its own.

    Parameters
    ----------
    ds : xarray.Dataset
        What :meth:`nanorotor.Study.landscape` returns at one point.
    axes : array of four Axes, optional
        Where to draw; made if not given. Further ones show the torque of a wind or a load, and the emissivities of
        leads out of which turning draws electrons.

    Returns
    -------
    array of Axes
    """
    _needs(ds, ["potential", "effective_temperature", "friction"], "landscape()")
    if ds["potential"].dims != ("theta",):
        raise ModelError("the landscape has more than one point", "select one first: ds.sel(V=3)")
    work = _work(ds)
    made = axes is None
    pumps = "emissivity" in ds and bool((abs(ds["emissivity"]) > NO_EMISSIVITY).any())
    panels = 4 + (work != 0) + pumps
    axes = _grid_of_axes(axes, 4, (panels + 1) // 2)
    potential, temperature, friction, current, *more = axes.ravel()
    theta = ds["theta"].values
    if work == 0:
        potential.plot(theta, ds["potential"], color=COLOURS[0])
        potential.set_ylabel(_label(ds["potential"], "U"))
    else:
        fall = work * (theta - theta[0]) / ((theta[1] - theta[0]) * theta.size)
        potential.plot(theta, ds["potential"] - fall, color=COLOURS[0], label="U − Wθ/L")
        potential.plot(theta, ds["potential"], linestyle=STYLES[1], color=COLOURS[1], label="periodic part U")
        potential.set_ylabel(_label(ds["potential"], "potential"))
        _legend(potential)
    torque = more.pop(0) if work != 0 and more else None
    emissivity = more.pop(0) if pumps and more else None
    if torque is not None:
        mean = float(ds["total_torque"].mean())
        torque.plot(theta, ds["total_torque"], color=COLOURS[0], label="total")
        torque.plot(theta, ds["torque"], linestyle=STYLES[1], color=COLOURS[1], label="τ")
        name = f"mean W/L = {mean:.3g}".replace("-", "−")
        torque.axhline(mean, linestyle=STYLES[3], color=COLOURS[2], label=name)
        torque.set_ylabel(_label(ds["total_torque"], "torque"))
        _legend(torque)
        _theta_ticks(torque, theta)
    temperature.plot(theta, ds["effective_temperature"], color=COLOURS[1])
    temperature.set_ylabel(_label(ds["effective_temperature"], r"$k_\mathrm{B}T_\mathrm{eff}$"))
    friction.plot(theta, ds["friction"], color=COLOURS[0], label="electrons")
    if "environment_friction" in ds:
        friction.plot(theta, ds["environment_friction"], STYLES[1], color=COLOURS[1], label="environment")
        _legend(friction)
    if float(ds["friction"].min()) > 0:
        friction.set_yscale("log")
    friction.set_ylabel(_label(ds["friction"], "ξ"))
    if "currents" in ds:
        _leads(current, ds["currents"], "current")
    else:
        current.plot(theta, ds["diffusion"], color=COLOURS[0])
        current.set_ylabel(_label(ds["diffusion"], "D"))
    for ax in (potential, temperature, friction, current):
        _theta_ticks(ax, theta)
    if emissivity is not None:
        _leads(emissivity, ds["emissivity"], "emissivity")
        _theta_ticks(emissivity, theta)
    if made:
        drawn = list(axes.flat)[:panels]
        for ax in list(axes.flat)[panels:]:
            ax.remove()
        for above, below in zip(drawn, [*drawn[2:], None, None], strict=True):
            if below is not None:
                above.set_xlabel("")
            else:
                # With an odd number nothing stands under the last panel of the right column either.
                above.tick_params(labelbottom=True)
    return axes


def electrons(ds: xr.Dataset, axes: Any = None) -> Any:
    """Draw heat currents, occupations of the levels, noise of the currents and Fano factors against θ.

    Parameters
    ----------
    ds : xarray.Dataset
        What :meth:`nanorotor.Study.landscape` returns at one point.
    axes : array of four Axes, optional
        Where to draw; made if not given.

    Returns
    -------
    array of Axes
    """
    _needs(ds, ["heat_currents", "occupations", "current_noise", "fano"], "landscape() of a junction")
    if set(ds["fano"].dims) != {"lead", "theta"}:
        raise ModelError("the landscape has more than one point", "select one first: ds.sel(V=3)")
    axes = _grid_of_axes(axes, 4, 2)
    heat, levels, noise, fano = axes.ravel()[:4]
    theta = ds["theta"].values
    _leads(heat, ds["heat_currents"], "heat current")
    if ds.sizes["level"] > MOST_LEVELS:
        total = ds["occupations"].sum("level")
        levels.plot(theta, total, color=COLOURS[0], label="all levels")
        _legend(levels)
    else:
        _leads(levels, ds["occupations"], "occupation", over="level")
    levels.set_ylabel("occupation")
    own = [ds["current_noise"].sel(lead=lead, lead_2=lead, drop=True) for lead in ds["lead"].values]
    of_leads = xr.concat(own, dim=ds["lead"])
    of_leads.attrs = ds["current_noise"].attrs
    _leads(noise, of_leads, "noise")
    _leads(fano, ds["fano"], "Fano factor")
    for ax in (heat, levels, noise, fano):
        _theta_ticks(ax, theta)
    return axes


def rate(ds: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the stationary density and the kinetic temperature against θ.

    Parameters
    ----------
    ds : xarray.Dataset
        What :meth:`nanorotor.Study.rate` returns at one point.
    ax : Axes, optional
        Where to draw the density; the temperature gets an axis of its own on the right, ``ax.right_ax``.

    Returns
    -------
    Axes
    """
    _needs(ds, ["density", "kinetic_temperature"], "rate()")
    if ds["density"].dims != ("theta",):
        raise ModelError("the dataset has more than one point", "select one first: ds.sel(V=3)")
    ax = ax if ax is not None else _pyplot().subplots(figsize=(4.5, 3.2), layout="constrained")[1]
    theta = ds["theta"].values
    ax.plot(theta, ds["density"], color=COLOURS[0])
    ax.set_ylabel(_label(ds["density"], "density"), color=COLOURS[0])
    ax.set_ylim(bottom=0)
    right = ax.twinx()
    right.plot(theta, ds["kinetic_temperature"], linestyle=STYLES[1], color=COLOURS[1])
    right.set_ylabel(_label(ds["kinetic_temperature"], "kinetic temperature"), color=COLOURS[1])
    _theta_ticks(ax, theta)
    return ax


def sweep(ds: xr.Dataset, name: str = "rotation_rate", ax: Axes | None = None, x: str | None = None) -> Axes:
    """Draw a result against a swept parameter, one line for each value of a second one.

    Parameters
    ----------
    ds : xarray.Dataset
        A result over one or two dimensions.
    name : str
        The variable; where it has an error, that is drawn as a bar.
    ax : Axes, optional
        Where to draw.
    x : str, optional
        The dimension along the axis; the longest by default.

    Returns
    -------
    Axes
    """
    _needs(ds, [], "rate(V=[1, 2, 3])")
    if name not in ds:
        numbers = [str(n) for n, v in ds.data_vars.items() if 1 <= v.ndim <= 2 and not str(n).endswith("_error")]
        raise ModelError(f"the dataset has no {name}", f"known are {', '.join(numbers)}")
    variable = ds[name]
    if variable.ndim == 0:
        raise ModelError(f"{name} is one number, not a sweep", "give a parameter many values: study.rate(V=[1, 2, 3])")
    if variable.ndim > 2:
        raise ModelError(f"{name} has the dimensions {variable.dims}", "select until one or two are left")
    dims = [str(dim) for dim in variable.dims]
    along = x or max(dims, key=lambda dim: variable.sizes[dim])
    if along not in dims:
        raise ModelError(f"{along} is no dimension of {name}", f"known are {', '.join(dims)}")
    other = [dim for dim in dims if dim != along]
    mirrored = False
    if other == ["lead"] and variable.sizes["lead"] == 2 and "lead" in variable.coords:
        mirrored = _mirror(variable.isel(lead=0), variable.isel(lead=1))
    ax = ax if ax is not None else _pyplot().subplots(figsize=(4.5, 3.2), layout="constrained")[1]
    error = ds.get(f"{name}_error")
    lines = range(1 if mirrored else variable.sizes[other[0]]) if other else [None]
    for k in lines:
        pick = {} if k is None else {other[0]: k}
        line = variable.isel(pick)
        label = None
        if k is not None:
            value = line[other[0]].values if other[0] in line.coords else k
            number = f"{float(value):.4g}" if np.issubdtype(np.asarray(value).dtype, np.number) else str(value)
            unit = _unit(ds[other[0]]) if other[0] in ds.coords else ""
            label = f"{other[0]} = {number} {unit}".rstrip().replace("-", "−")
            if mirrored:
                label = "{} = −{}".format(*variable["lead"].values)
        order = k or 0
        style = {"color": COLOURS[order % len(COLOURS)], "linestyle": STYLES[order % len(STYLES)]}
        position = line[along].values if along in line.coords else np.arange(line.size)
        # An error too small to be seen is no bar.
        span = float(np.nanmax(np.abs(line.values))) if np.any(np.isfinite(line.values)) else 0.0
        bars = None if error is None or error.dims != variable.dims else error.isel(pick).values
        if bars is not None and np.nanmax(bars, initial=0.0) > 1e-3 * span:
            # Noisy points are not joined: a line would show their noise as if it were the result.
            style |= {"linestyle": "none", "marker": MARKERS[order % len(MARKERS)], "markersize": 4}
            ax.errorbar(position, line.values, bars, capsize=2, label=label, **style)
        else:
            ax.plot(position, line.values, label=label, **style)
    if other:
        ax.legend(frameon=False)
    ax.set_xlabel(_label(ds[along], along) if along in ds.coords else along)
    ax.set_ylabel(_label(variable, SYMBOLS.get(name, name.replace("_", " "))))
    return ax


def trajectories(ds: xr.Dataset, ax: Axes | None = None, lines: int = 3) -> Axes:
    """Draw revolutions against time: a few trajectories, over a stretch in which they turn some times.

    Parameters
    ----------
    ds : xarray.Dataset
        What :meth:`nanorotor.Study.trajectories` returns.
    ax : Axes, optional
        Where to draw.
    lines : int
        The most trajectories that are drawn.

    Returns
    -------
    Axes
    """
    _needs(ds, ["angle"], "trajectories()")
    ax = ax if ax is not None else _pyplot().subplots(figsize=(4.5, 3.2), layout="constrained")[1]
    revolutions = (ds["angle"] - ds["angle"].isel(time=0)) / (2 * np.pi)
    drawn = revolutions.isel(trajectory=slice(lines)).transpose("trajectory", "time")
    end = _stretch(drawn.values)
    for k, line in enumerate(drawn.values):
        ax.plot(ds["time"][:end], line[:end], color=COLOURS[k % len(COLOURS)], linewidth=1)
    ax.axhline(0, color="0.7", linewidth=0.8, zorder=0)
    ax.set_xlabel("t (ns)")
    ax.set_ylabel("θ/2π (revolutions)")
    return ax


def molecule(
    what: Any,
    angle: Any = None,
    axes: Any = None,
    *,
    numbers: bool = False,
    view: tuple[float, float] = VIEW,
) -> Any:
    """Draw the atoms of a molecule: what turns in orange, the axis with the sense of θ, the atoms that touch leads.

    Parameters
    ----------
    what : Scan, Study, path, ase.Atoms or str
        A scan, a study that :meth:`nanorotor.molecule.Scan.junction` made, a file of either, or any molecule that
        :func:`nanorotor.molecule.read` reads: with ``numbers=True`` a way to find the atoms of axis and anchors.
    angle : float or sequence of float, optional
        θ in rad, a panel for each; by default that of the lowest energy.
    axes : Axes or array of Axes, optional
        Where to draw, one for each angle.
    numbers : bool
        Whether to write the number of each atom, counted from 0.
    view : (float, float)
        How far the picture is turned about the vertical and tilted, in rad.

    Returns
    -------
    Axes, or array of Axes for a sequence of angles
    """
    structure = of(what)
    angles = angles_of(structure, angle)
    if axes is None:
        _, axes = _pyplot().subplots(
            1, len(angles), figsize=(4.2 * len(angles), 3.0), squeeze=False, layout="constrained"
        )
    drawn = np.asarray(axes, dtype=object).ravel()
    if drawn.size < len(angles):
        raise ModelError(f"{drawn.size} axes for {len(angles)} angles", f"give {len(angles)} axes, or none")
    draw(structure, angles, list(drawn[: len(angles)]), view, numbers)
    return drawn[0] if angle is None or np.ndim(angle) == 0 else drawn[: len(angles)]


def _stretch(revolutions: np.ndarray[Any, np.dtype[np.float64]]) -> int:
    """How many samples it takes until the lines have moved by half a revolution ``MOVES`` times each, on average."""
    moves = np.zeros(revolutions.shape[1])
    for line in revolutions:
        at = line[0]
        for k, turned in enumerate(line):
            if abs(turned - at) >= 0.5:
                moves[k] += abs(turned - at) // 0.5
                at = turned
    enough = np.flatnonzero(np.cumsum(moves) >= MOVES * len(revolutions))
    # A step or two make no line.
    return max(int(enough[0]) + 1, 20) if enough.size else revolutions.shape[1]
