#!/bin/bash
#SBATCH --job-name=vicreg-quickstart-0123456789
#SBATCH --array=0-3
#SBATCH --output=/home/ann/results/quickstart/slurm/%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@90

# A task is one long-lived worker. Written by vicreg-sweep submit; what it follows from is in the cluster file.
set -u
task=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
limits=/home/ann/results/quickstart/slurm/$task.limits
worker=(/opt/vicreg-sweep/vicreg-sweep worker --store postgres://ann@db.lab/sweeps --workers 1)

# Slurm sends USR1 ahead of the time limit, and TERM when it cancels or preempts. In either case the worker writes its checkpoint, gives its
# trials back and ends with 130. A second signal of a kind is nothing new to it.
asked=
child=
pass() { asked=${asked:-$1}; [ -z "$child" ] || kill -"$1" "$child" 2> /dev/null; }
trap 'pass USR1' USR1
trap 'pass USR2' USR2
trap 'pass TERM' TERM
"${worker[@]}" &
child=$!
[ -z "$asked" ] || kill -"$asked" "$child"
while kill -0 "$child" 2> /dev/null; do wait "$child"; done
wait "$child"
code=$?

case $code in
  0) echo "$task: the worker found nothing left to train." ;;
  3) echo "$task: the worker found nothing left to train; some trials failed." ; code=0 ;;
  130)
    # A cancellation is final, and a preemption is queued again by Slurm itself.
    [ "$asked" != TERM ] || exit 130
    if true; then
      count=$(( $(cat "$limits" 2> /dev/null || echo 0) + 1 ))
      echo "$count" > "$limits"
      if (( count > 20 )); then
        echo "$task: it has run into its time limit $count times, and is not queued again (time_limits is 20)." >&2
        exit 130
      fi
    fi

    # This task alone: a requeue of the array would restart its healthy siblings.
    echo "$task: left after SIG${asked:-INT}; it is queued again."
    scontrol requeue "$task" || { echo "$task: Slurm does not queue it again." >&2; exit 130; }
    ;;
  2) echo "$task: the worker ended with what it says above; that is for you to mend, and it is not queued again." >&2 ;;
  *) echo "$task: the worker ended with $code, and is not queued again." >&2 ;;
esac
exit "$code"
