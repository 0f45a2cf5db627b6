"""Let Optuna search for a fast motor that draws little current, with the rates of nanorotor."""

import nanorotor as nr
import optuna

motor = nr.Study.preset("preston2023")


def rate_and_current(trial: optuna.Trial) -> tuple[float, float]:
    """Rate (revolutions/ns) and current (µA) at the parameters that Optuna suggests."""
    phi = trial.suggest_float("phi", -1.5, -0.3)
    friction = trial.suggest_float("xi_solv", 1, 20, log=True)
    found = motor.rate(phi=phi, xi_solv=friction)
    return float(found.rotation_rate), float(found.mean_current.sel(lead="left"))


optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = optuna.samplers.NSGAIISampler(population_size=10, seed=1)
search = optuna.create_study(directions=["maximize", "minimize"], sampler=sampler)
search.optimize(rate_and_current, n_trials=40)
for trial in sorted(search.best_trials, key=lambda trial: trial.values):
    rate, current = trial.values
    print(f"{rate:.3f} revolutions/ns at {current:.2f} µA: phi = {trial.params['phi']:.3f}")
