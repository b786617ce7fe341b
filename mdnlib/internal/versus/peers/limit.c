/* The same training in C by hand, on one thread: how fast this machine can do it when the compiler may reorder the additions
   and fuse products into them (-O3 -ffast-math -mavx2 -mfma), which mdnlib does not allow itself.

   usage: limit TASK EPOCHS WORKLOAD.json          with the task dense or mdn; prints one line of JSON

   A feature is a row and a sample a column. A batch of 50 samples is padded to 56, seven vectors of eight. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES = 50, COLUMNS = 56, WIDTH = 12, HIDDEN = 3, BATCHES = 21, MOST_EPOCHS = 2000, MOST_PARAMETERS = 368 };

typedef float row[COLUMNS] __attribute__((aligned(32)));

static int heads; /* 1 for the dense network's mean; 2 for μ and z, with σ = elu(z) + 1 */

/* Parameters, their gradient, and Adam's running means: for each layer the weights, a row an output, then the biases. */
static int parameters;
static float parameter[MOST_PARAMETERS], gradient[MOST_PARAMETERS], mean[MOST_PARAMETERS], square[MOST_PARAMETERS];

static const int first[] = { /* of a layer */
    0, 2 * WIDTH, 2 * WIDTH + WIDTH * (WIDTH + 1), 2 * WIDTH + 2 * WIDTH * (WIDTH + 1)};

static row x[BATCHES], y[BATCHES];
static row activation[HIDDEN][WIDTH], delta[HIDDEN][WIDTH]; /* what the hidden layers return, and the cost's gradient by it */
static row raw[2], raw_delta[2];

/* tanh x as a quotient of two polynomials, a minimax fit on [-8, 8] with a relative error of 5e-7; beyond it is 1 or -1. */
static inline float tangent(float x) {
    x = fminf(fmaxf(x, -8), 8);
    float z = x * x;
    float over = 0.999999785f + z * (0.127123077f + z * (2.69640644e-3f + z * (7.16247936e-6f - z * 6.14226562e-9f)));
    float under = 1 + z * (0.460454692f + z * (2.28502866e-2f + z * 1.96744804e-4f));
    return x * over / under;
}

/* out = weight in + bias */
static inline void affine(row *out, int outputs, const row *in, int inputs, const float *weight) {
    const float *bias = weight + outputs * inputs;
    for (int j = 0; j < outputs; j++) {
        row sum;
        for (int k = 0; k < COLUMNS; k++) sum[k] = bias[j];
        for (int i = 0; i < inputs; i++)
            for (int k = 0; k < COLUMNS; k++) sum[k] += weight[j * inputs + i] * in[i][k];
        memcpy(out[j], sum, sizeof sum);
    }
}

/* The gradient by a layer's weights and biases, from that by its outputs. */
static inline void by_weights(float *weight, const row *delta, int outputs, const row *in, int inputs) {
    float *bias = weight + outputs * inputs;
    for (int j = 0; j < outputs; j++) {
        float sum = 0;
        for (int k = 0; k < COLUMNS; k++) sum += delta[j][k];
        bias[j] = sum;
        for (int i = 0; i < inputs; i++) {
            float product = 0;
            for (int k = 0; k < COLUMNS; k++) product += delta[j][k] * in[i][k];
            weight[j * inputs + i] = product;
        }
    }
}

/* The gradient by a layer's inputs, through the tanh that they came from. */
static inline void by_inputs(row *before, const row *delta, int outputs, const row *in, int inputs, const float *weight) {
    for (int i = 0; i < inputs; i++) {
        row sum = {0};
        for (int j = 0; j < outputs; j++)
            for (int k = 0; k < COLUMNS; k++) sum[k] += weight[j * inputs + i] * delta[j][k];
        for (int k = 0; k < COLUMNS; k++) before[i][k] = sum[k] * (1 - in[i][k] * in[i][k]);
    }
}

/* The mean loss of a batch; leaves its gradient by the raw outputs in raw_delta. Padding counts for nothing. */
static float loss(const float *y) {
    float sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
        float share = k < SAMPLES ? 1.0f / SAMPLES : 0, residual = y[k] - raw[0][k];
        if (heads == 1) {
            sum += share * residual * residual;
            raw_delta[0][k] = -2 * share * residual;
        } else {
            float z = raw[1][k], low = expf(fminf(z, 0));
            float sigma = z > 0 ? z + 1 : low, slope = z > 0 ? 1 : low, r = residual / sigma;
            sum += share * (0.5f * r * r + logf(sigma) + 0.918938533f); /* ½ log 2π */
            raw_delta[0][k] = -share * r / sigma;
            raw_delta[1][k] = share * (1 - r * r) / sigma * slope;
        }
    }
    return sum;
}

/* One step of Adam, in TensorFlow's form, on one batch; returns the batch's cost before it. */
static float step(int batch, float rate) {
    const row *in = &x[batch];
    for (int l = 0, inputs = 1; l < HIDDEN; in = activation[l++], inputs = WIDTH) {
        affine(activation[l], WIDTH, in, inputs, parameter + first[l]);
        for (int j = 0; j < WIDTH; j++)
            for (int k = 0; k < COLUMNS; k++) activation[l][j][k] = tangent(activation[l][j][k]);
    }
    affine(raw, heads, in, WIDTH, parameter + first[HIDDEN]);
    float cost = loss(y[batch]);
    by_weights(gradient + first[HIDDEN], raw_delta, heads, in, WIDTH);
    by_inputs(delta[HIDDEN - 1], raw_delta, heads, in, WIDTH, parameter + first[HIDDEN]);
    for (int l = HIDDEN - 1; l > 0; l--) {
        by_weights(gradient + first[l], delta[l], WIDTH, activation[l - 1], WIDTH);
        by_inputs(delta[l - 1], delta[l], WIDTH, activation[l - 1], WIDTH, parameter + first[l]);
    }
    by_weights(gradient, delta[0], WIDTH, &x[batch], 1);
    for (int i = 0; i < parameters; i++) {
        float g = gradient[i];
        mean[i] = 0.9f * mean[i] + 0.1f * g;
        square[i] = 0.999f * square[i] + 0.001f * g * g;
        parameter[i] -= rate * mean[i] / (sqrtf(square[i]) + 1e-8f);
    }
    return cost;
}

/* Reads the numbers of one member of the workload, whatever brackets lie between them; returns how many there are. */
static int numbers(const char *text, const char *member, double *into, int most) {
    const char *at = strstr(text, member);
    int count = 0;
    if (!at) return 0;
    for (at += strlen(member) + 1; *at && *at != '"' && count < most;) {
        char *end;
        double value = strtod(at, &end);
        if (end == at) at++;
        else into[count++] = value, at = end;
    }
    return count;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

int main(int argc, char **argv) {
    static char text[1 << 20];
    static double xs[BATCHES * SAMPLES], ys[BATCHES * SAMPLES], order[MOST_EPOCHS * BATCHES], stored[MOST_PARAMETERS];
    FILE *file = argc == 4 ? fopen(argv[3], "r") : NULL;
    if (!file) return fprintf(stderr, "usage: limit dense|mdn EPOCHS WORKLOAD.json\n"), 2;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);

    int dense = !strcmp(argv[1], "dense"), epochs = atoi(argv[2]), steps = epochs * BATCHES;
    heads = dense ? 1 : 2;
    parameters = first[HIDDEN] + heads * (WIDTH + 1);
    int samples = numbers(text, "\"x\"", xs, BATCHES * SAMPLES);
    int orders = numbers(text, "\"orders\"", order, MOST_EPOCHS * BATCHES);
    if (samples != BATCHES * SAMPLES || numbers(text, "\"y\"", ys, samples) != samples || orders < BATCHES ||
        numbers(text, dense ? "\"init_dense\"" : "\"init_mdn\"", stored, MOST_PARAMETERS) != parameters)
        return fprintf(stderr, "limit: %s is not the workload that this program is written for\n", argv[3]), 1;
    for (int s = 0; s < samples; s++) x[s / SAMPLES][s % SAMPLES] = xs[s], y[s / SAMPLES][s % SAMPLES] = ys[s];

    /* Stored weights have a row an input; the heads are stored one after the other, here they are one layer of two outputs. */
    const double *next = stored;
    for (int l = 0, inputs = 1; l <= HIDDEN; l++, inputs = WIDTH) {
        int outputs = l < HIDDEN ? WIDTH : heads, together = l < HIDDEN ? WIDTH : 1;
        float *weight = parameter + first[l], *bias = weight + outputs * inputs;
        for (int j = 0; j < outputs; j += together) {
            for (int i = 0; i < inputs; i++)
                for (int t = 0; t < together; t++) weight[(j + t) * inputs + i] = *next++;
            for (int t = 0; t < together; t++) bias[j + t] = *next++;
        }
    }

    float *cost = malloc(steps * sizeof *cost);
    double start = seconds(), decay1 = 1, decay2 = 1;
    for (int s = 0; s < steps; s++) {
        decay1 *= 0.9, decay2 *= 0.999;
        cost[s] = step((int)order[s % orders], 0.0003 * sqrt(1 - decay2) / (1 - decay1));
    }
    double train = seconds() - start, last = 0;
    for (int s = steps - BATCHES; s < steps; s++) last += cost[s] / BATCHES;
    printf("{\"peer\": \"C\", \"version\": \"%s\", \"compile_s\": 0, \"train_s\": %.6f, ", __VERSION__, train);
    printf("\"final_cost\": %.9g, \"first_costs\": [", last);
    for (int s = 0; s < steps && s < 100; s++) printf("%s%.9g", s ? ", " : "", cost[s]);
    printf("]}\n");
    return 0;
}
