#!/bin/bash
#SBATCH --job-name=vicreg-quickstart-0123456789
#SBATCH --array=1-3,5,8%4
#SBATCH --output="/home/ann's 100 %%/slurm/%A_%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@120
#SBATCH --partition=gpu
#SBATCH --account=vision
#SBATCH --time=1-12:00:00
#SBATCH --gres=gpu:a100:2
#SBATCH --cpus-per-task=16
#SBATCH --mem=64G
#SBATCH --qos=high
#SBATCH --exclusive
#SBATCH --comment="of Ann's"

# A task is one long-lived worker. Written by vicreg-sweep submit; what it follows from is in the cluster file.
module load cuda
export X='a b'
set -u
task=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
limits='/home/ann'\''s 100 %/slurm'/$task.limits
worker=(srun --container-image='docker://lab/vicreg sweep:1' --container-name="vicreg-$task-${SLURM_RESTART_COUNT:-0}" --container-mounts=/data '/opt/vicreg sweep/run' worker --store '/shared/it'\''s here' --shard "$SLURM_ARRAY_TASK_ID/8" --workers 6)

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
    if (( SECONDS >= 129390 )); then
      count=$(( $(cat "$limits" 2> /dev/null || echo 0) + 1 ))
      echo "$count" > "$limits"
      if (( count > 5 )); then
        echo "$task: it has run into its time limit $count times, and is not queued again (time_limits is 5)." >&2
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
