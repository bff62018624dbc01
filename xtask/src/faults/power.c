/* What a power failure leaves of a directory: everything that was written and not synced may be gone.
 *
 * Preloaded into a program (LD_PRELOAD), this library watches its calls on files below POWER_DIR and keeps what is
 * needed to undo each one. A sync forgets what it has made durable. When the power fails, what is left is undone by
 * chance, sector by sector and name by name, and the process is killed: the directory is then one that a machine
 * could have found after the failure. The kernel's page cache, which survives the death of a process, is thereby
 * taken out of the picture.
 *
 *   POWER_DIR      the directory; everything outside is left alone
 *   POWER_HOLD     an empty directory of the same file system, where removed files are kept until that is durable
 *   POWER_CONTROL  a file of 8 bytes; the power fails soon after somebody makes it other than zero
 *   POWER_FAIL_AT  fail at this call, counted from the start; optional
 *   POWER_KEEP     chance in 1000 that an unsynced sector is kept
 *   POWER_SEED     seed of all chance
 *   POWER_REPORT   a file that says, after a failure, what was undone
 *   POWER_SHORT    chance in 1000 that a write takes only part of what it is offered; optional
 *   POWER_SWALLOW  when 1, syncs are answered and not carried out: a disk that lies, to prove the test
 *
 * Not modelled: writes through shared mappings (only SQLite's shared-memory index uses one, and rebuilds it after a
 * crash). Any other way to change a watched file stops the program, so that nothing goes by unseen.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SECTOR 512
#define FILES_MAX 4096
#define NAMES_MAX 4096
#define COUNTDOWN_MAX 12

/* One sector as it was before the first unsynced change; `old` is NULL where the file had not reached yet. */
struct undo {
    uint64_t sector;
    unsigned char *old;
    int is_used;
    int is_cut; /* saved because the file was shortened: comes back whole or not at all */
};

/* Open addressing, capacity a power of two. */
struct undos {
    struct undo *slots;
    size_t capacity, count;
};

struct file {
    dev_t device;
    ino_t inode;
    int fd; /* our own, never closed: closing any descriptor would drop the program's locks on the file */
    off_t durable_bytes, syncing_bytes;
    struct undos dirty, syncing;
    int is_syncing;
};

enum kind { CREATED, DIRECTORY, RENAMED, REMOVED };

/* One change of names that its directory has not been synced since. */
struct name {
    enum kind kind;
    ino_t directory;
    char path[PATH_MAX], old_path[PATH_MAX];
    char held[PATH_MAX]; /* the file that lost its name, or empty */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t synced = PTHREAD_COND_INITIALIZER;
static char root[PATH_MAX], hold[PATH_MAX], report[PATH_MAX];
static size_t root_length;
static volatile uint64_t *control;
static uint64_t fail_at, calls, keep_per_mille, short_per_mille, chance_state, holds;
static int is_armed, countdown, swallows;
static struct file files[FILES_MAX];
static size_t file_count;
static struct name *names;
static size_t name_count;
static uint64_t sectors_undone, sectors_kept, names_undone, sizes_undone;

static void stop(const char *why, const char *what) {
    char line[PATH_MAX + 128];
    int length = snprintf(line, sizeof line, "power: %s: %s\n", why, what);
    syscall(SYS_write, 2, line, (size_t)length);
    syscall(SYS_kill, getpid(), SIGABRT);
    for (;;)
        pause();
}

static uint64_t chance(void) {
    uint64_t z = (chance_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int is_kept(void) { return chance() % 1000 < keep_per_mille; }

static uint64_t number(const char *name) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : 0;
}

static void text(const char *name, char *into) {
    const char *value = getenv(name);
    if (!value || strlen(value) >= PATH_MAX)
        stop("this variable must be set", name);
    strcpy(into, value);
}

__attribute__((constructor)) static void start(void) {
    char path[PATH_MAX];
    text("POWER_DIR", path);
    if (!realpath(path, root))
        stop("no such directory", path);
    root_length = strlen(root);
    text("POWER_HOLD", hold);
    text("POWER_REPORT", report);
    text("POWER_CONTROL", path);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    control = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED)
        stop("cannot be mapped", path);
    fail_at = number("POWER_FAIL_AT");
    keep_per_mille = number("POWER_KEEP");
    short_per_mille = number("POWER_SHORT");
    chance_state = number("POWER_SEED");
    swallows = number("POWER_SWALLOW") == 1;
    names = calloc(NAMES_MAX, sizeof *names);
    /* Programs that this one starts have a fate of their own. */
    unsetenv("LD_PRELOAD");
}

/* ---- sectors ---- */

static struct undo *slot_of(struct undos *undos, uint64_t sector) {
    size_t index = (size_t)(sector * 0x9e3779b97f4a7c15u >> 20) & (undos->capacity - 1);
    while (undos->slots[index].is_used && undos->slots[index].sector != sector)
        index = (index + 1) & (undos->capacity - 1);
    return &undos->slots[index];
}

static void grow(struct undos *undos) {
    struct undos larger = {.capacity = undos->capacity ? undos->capacity * 2 : 64, .count = undos->count};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    for (size_t index = 0; index < undos->capacity; index++)
        if (undos->slots[index].is_used)
            *slot_of(&larger, undos->slots[index].sector) = undos->slots[index];
    free(undos->slots);
    *undos = larger;
}

static void forget(struct undos *undos) {
    for (size_t index = 0; index < undos->capacity; index++)
        free(undos->slots[index].old);
    free(undos->slots);
    *undos = (struct undos){0};
}

static off_t size_of(const struct file *file) {
    struct stat stat;
    return fstat(file->fd, &stat) ? 0 : stat.st_size;
}

static void save(struct file *file, uint64_t sector, off_t size, int is_cut) {
    if (file->dirty.capacity <= file->dirty.count * 2)
        grow(&file->dirty);
    struct undo *undo = slot_of(&file->dirty, sector);
    if (undo->is_used)
        return;
    *undo = (struct undo){.sector = sector, .is_used = 1, .is_cut = is_cut};
    file->dirty.count++;
    if (size <= (off_t)(sector * SECTOR))
        return;
    undo->old = calloc(1, SECTOR);
    if (syscall(SYS_pread64, file->fd, undo->old, SECTOR, (off_t)(sector * SECTOR)) < 0)
        stop("cannot be read", "a sector that is about to change");
}

static void save_range(struct file *file, off_t from, off_t until, int is_cut) {
    off_t size = size_of(file);
    for (off_t sector = from / SECTOR; sector * SECTOR < until; sector++)
        save(file, (uint64_t)sector, size, is_cut);
}

static int by_sector(const void *left, const void *right) {
    uint64_t a = ((const struct undo *)left)->sector, b = ((const struct undo *)right)->sector;
    return (a > b) - (a < b);
}

/* Undoes by chance what lies between the file now and the file of `bytes` bytes that `undos` leads back to. */
static void undo_sectors(struct file *file, struct undos *undos, off_t bytes) {
    static const unsigned char zeros[SECTOR];
    off_t now = size_of(file);
    int keeps_cut = is_kept();
    qsort(undos->slots, undos->capacity, sizeof *undos->slots, by_sector);
    for (size_t index = 0; index < undos->capacity; index++) {
        struct undo *undo = &undos->slots[index];
        if (!undo->is_used)
            continue;
        if (undo->is_cut ? keeps_cut : is_kept()) {
            sectors_kept++;
            continue;
        }
        off_t offset = (off_t)(undo->sector * SECTOR);
        off_t end = undo->is_cut ? bytes : now;
        if (end <= offset)
            continue;
        size_t length = end - offset < SECTOR ? (size_t)(end - offset) : SECTOR;
        syscall(SYS_pwrite64, file->fd, undo->old ? undo->old : zeros, length, offset);
        sectors_undone++;
    }
    if (bytes < now && !is_kept()) {
        syscall(SYS_ftruncate, file->fd, bytes);
        sizes_undone++;
    }
}

/* ---- names ---- */

static void undo_name(const struct name *name) {
    switch (name->kind) {
    case CREATED:
        syscall(SYS_unlinkat, AT_FDCWD, name->path, 0);
        break;
    case DIRECTORY:
        syscall(SYS_unlinkat, AT_FDCWD, name->path, AT_REMOVEDIR);
        break;
    case RENAMED:
        syscall(SYS_renameat2, AT_FDCWD, name->path, AT_FDCWD, name->old_path, 0);
        break;
    case REMOVED:
        break;
    }
    if (name->held[0])
        syscall(SYS_renameat2, AT_FDCWD, name->held, AT_FDCWD, name->path, 0);
    names_undone++;
}

/* A file system loses the newest changes of a directory first; how many of them is chance. */
static void undo_names(void) {
    char *is_lost = calloc(name_count + 1, 1);
    for (size_t index = name_count; index-- > 0;) {
        int was_newer_kept = 0;
        for (size_t later = index + 1; later < name_count; later++)
            was_newer_kept |= names[later].directory == names[index].directory && !is_lost[later];
        is_lost[index] = !was_newer_kept && !is_kept();
    }
    for (size_t index = name_count; index-- > 0;)
        if (is_lost[index])
            undo_name(&names[index]);
}

static void forget_names(ino_t directory) {
    size_t kept = 0;
    for (size_t index = 0; index < name_count; index++) {
        if (names[index].directory != directory)
            names[kept++] = names[index];
        else if (names[index].held[0])
            syscall(SYS_unlinkat, AT_FDCWD, names[index].held, 0);
    }
    name_count = kept;
}

static ino_t directory_of(const char *path) {
    char parent[PATH_MAX];
    struct stat stat;
    strcpy(parent, path);
    *strrchr(parent, '/') = 0;
    return lstat(parent, &stat) ? 0 : stat.st_ino;
}

static void note_name(enum kind kind, const char *path, const char *old_path, const char *held) {
    if (name_count == NAMES_MAX)
        stop("too many unsynced names", path);
    struct name *name = &names[name_count++];
    *name = (struct name){.kind = kind, .directory = directory_of(path)};
    strcpy(name->path, path);
    strcpy(name->old_path, old_path);
    strcpy(name->held, held);
}

/* Keeps the file of a name that is about to go; `held` is where, or empty when there is none. */
static void keep(const char *path, char *held) {
    snprintf(held, PATH_MAX, "%.4000s/%llu", hold, (unsigned long long)holds++);
    if (syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, held, 0))
        held[0] = 0;
}

/* ---- the failure ---- */

static void fail(void) {
    for (size_t index = 0; index < file_count; index++) {
        struct file *file = &files[index];
        if (file->dirty.count || size_of(file) != file->durable_bytes)
            undo_sectors(file, &file->dirty, file->is_syncing ? file->syncing_bytes : file->durable_bytes);
        if (file->is_syncing)
            undo_sectors(file, &file->syncing, file->durable_bytes);
    }
    undo_names();
    char line[256];
    int length = snprintf(line, sizeof line, "sectors_undone %llu sectors_kept %llu sizes_undone %llu names_undone %llu calls %llu\n",
                          (unsigned long long)sectors_undone, (unsigned long long)sectors_kept,
                          (unsigned long long)sizes_undone, (unsigned long long)names_undone,
                          (unsigned long long)calls);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    syscall(SYS_write, fd, line, (size_t)length);
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Counts a call that changed something; the power may fail right after it. The lock is held. */
static void count_call(void) {
    calls++;
    if (!is_armed && *control) {
        is_armed = 1;
        countdown = (int)(chance() % COUNTDOWN_MAX);
    }
    if (calls == fail_at || (is_armed && countdown-- == 0))
        fail();
}

/* ---- which file ---- */

static int resolve(int at, const char *path, char *into) {
    char base[PATH_MAX] = "";
    if (path[0] != '/') {
        char link[64];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, base, sizeof base - 1);
        if (length < 0)
            return 0;
        base[length] = 0;
    }
    if (snprintf(into, PATH_MAX, "%s%s%s", base, base[0] ? "/" : "", path) >= PATH_MAX)
        stop("the path is too long", path);
    return !strncmp(into, root, root_length) && into[root_length] == '/';
}

static struct file *find(int fd) {
    struct stat stat;
    if (fstat(fd, &stat) || !S_ISREG(stat.st_mode))
        return NULL;
    for (size_t index = file_count; index-- > 0;)
        if (files[index].inode == stat.st_ino && files[index].device == stat.st_dev)
            return &files[index];
    return NULL;
}

static struct file *watch(int fd, off_t durable_bytes) {
    struct file *known = find(fd);
    struct stat stat;
    if (known || fstat(fd, &stat) || !S_ISREG(stat.st_mode))
        return known;
    if (file_count == FILES_MAX)
        stop("too many files", "are watched");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    struct file *file = &files[file_count++];
    *file = (struct file){.device = stat.st_dev, .inode = stat.st_ino, .durable_bytes = durable_bytes};
    file->fd = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDWR | O_CLOEXEC, 0);
    if (file->fd < 0)
        stop("a watched file cannot be opened", link);
    return file;
}

/* Returns how much of a write is carried out. */
static size_t part_of(size_t count) {
    return 1 < count && chance() % 1000 < short_per_mille ? 1 + (size_t)(chance() % (count - 1)) : count;
}

/* ---- the calls ---- */

static int open_at(int at, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    if ((!writes && !(flags & O_CREAT)) || !resolve(at, path, full))
        return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat stat;
    int existed = !lstat(full, &stat);
    int fd = (int)syscall(SYS_openat, at, path, flags & ~O_TRUNC, mode);
    if (0 <= fd && !fstat(fd, &stat) && S_ISREG(stat.st_mode)) {
        struct file *file = watch(fd, existed ? stat.st_size : 0);
        if (!existed)
            note_name(CREATED, full, "", "");
        if (flags & O_TRUNC) {
            save_range(file, 0, stat.st_size, 1);
            syscall(SYS_ftruncate, fd, 0);
        }
        if (!existed || (flags & O_TRUNC))
            count_call();
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define OPEN_MODE(flags)                                   \
    mode_t mode = 0;                                       \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                 \
        va_list rest;                                      \
        va_start(rest, flags);                             \
        mode = va_arg(rest, mode_t);                       \
        va_end(rest);                                      \
    }

int open(const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { OPEN_MODE(flags) return open_at(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    pthread_mutex_lock(&lock);
    struct file *file = find(fd);
    if (file) {
        count = part_of(count);
        save_range(file, offset, offset + (off_t)count, 0);
    }
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, count, offset);
    int error = errno;
    if (file)
        count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return pwrite(fd, bytes, count, offset); }

ssize_t write(int fd, const void *bytes, size_t count) {
    struct stat stat;
    if (fstat(fd, &stat) || !S_ISREG(stat.st_mode))
        return syscall(SYS_write, fd, bytes, count);
    pthread_mutex_lock(&lock);
    struct file *file = find(fd);
    if (file) {
        int appends = fcntl(fd, F_GETFL) & O_APPEND;
        off_t offset = appends ? stat.st_size : lseek(fd, 0, SEEK_CUR);
        count = part_of(count);
        save_range(file, offset, offset + (off_t)count, 0);
    }
    ssize_t written = syscall(SYS_write, fd, bytes, count);
    int error = errno;
    if (file)
        count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

static void refuse_watched(int fd, const char *call) {
    pthread_mutex_lock(&lock);
    if (find(fd))
        stop("this call on a watched file is not modelled", call);
    pthread_mutex_unlock(&lock);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    refuse_watched(fd, "writev");
    return syscall(SYS_writev, fd, parts, count);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    refuse_watched(fd, "pwritev");
    return syscall(SYS_pwritev, fd, parts, count, offset, 0);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) {
    return pwritev(fd, parts, count, offset);
}
ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t count, unsigned flags) {
    refuse_watched(out, "copy_file_range");
    return syscall(SYS_copy_file_range, in, in_at, out, out_at, count, flags);
}
ssize_t sendfile(int out, int in, off_t *at, size_t count) {
    refuse_watched(out, "sendfile");
    return syscall(SYS_sendfile, out, in, at, count);
}
ssize_t sendfile64(int out, int in, off_t *at, size_t count) { return sendfile(out, in, at, count); }
ssize_t copy_file_range64(int in, off_t *in_at, int out, off_t *out_at, size_t count, unsigned flags) {
    return copy_file_range(in, in_at, out, out_at, count, flags);
}

void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    if (0 <= fd && (flags & MAP_SHARED) && (protection & PROT_WRITE)) {
        char link[64], path[PATH_MAX] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, path, sizeof path - 1);
        if (length < 4 || strcmp(path + length - 4, "-shm"))
            refuse_watched(fd, "mmap");
    }
    return (void *)syscall(SYS_mmap, at, bytes, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    return mmap(at, bytes, protection, flags, fd, offset);
}

int ftruncate(int fd, off_t bytes) {
    pthread_mutex_lock(&lock);
    struct file *file = find(fd);
    if (file)
        save_range(file, bytes, size_of(file), 1);
    int outcome = (int)syscall(SYS_ftruncate, fd, bytes);
    int error = errno;
    if (file)
        count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}
int ftruncate64(int fd, off_t bytes) { return ftruncate(fd, bytes); }

int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    if (mode & ~FALLOC_FL_KEEP_SIZE)
        refuse_watched(fd, "fallocate that changes bytes");
    return (int)syscall(SYS_fallocate, fd, mode, offset, bytes);
}
int fallocate64(int fd, int mode, off_t offset, off_t bytes) { return fallocate(fd, mode, offset, bytes); }
int posix_fallocate(int fd, off_t offset, off_t bytes) { return fallocate(fd, 0, offset, bytes) ? errno : 0; }
int posix_fallocate64(int fd, off_t offset, off_t bytes) { return posix_fallocate(fd, offset, bytes); }

static int sync_directory(long call, int fd, ino_t inode) {
    /* Under the lock, so that no name changes while it is made durable. */
    pthread_mutex_lock(&lock);
    int outcome = (int)syscall(call, fd);
    int error = errno;
    if (!outcome)
        forget_names(inode);
    count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}

static int sync_file(long call, int fd) {
    struct stat stat;
    if (fstat(fd, &stat) == 0 && S_ISDIR(stat.st_mode))
        return swallows ? 0 : sync_directory(call, fd, stat.st_ino);
    pthread_mutex_lock(&lock);
    struct file *file = find(fd);
    while (file && file->is_syncing)
        pthread_cond_wait(&synced, &lock);
    if (!file || swallows) {
        if (file)
            count_call();
        pthread_mutex_unlock(&lock);
        return file ? 0 : (int)syscall(call, fd);
    }
    file->syncing = file->dirty;
    file->dirty = (struct undos){0};
    file->syncing_bytes = size_of(file);
    file->is_syncing = 1;
    pthread_mutex_unlock(&lock);
    int outcome = (int)syscall(call, fd);
    int error = errno;
    pthread_mutex_lock(&lock);
    if (outcome)
        stop("the disk itself has failed", "sync");
    /* The power may fail here still: nobody has been told of the sync yet. */
    count_call();
    forget(&file->syncing);
    file->durable_bytes = file->syncing_bytes;
    file->is_syncing = 0;
    pthread_cond_broadcast(&synced);
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}

int fsync(int fd) { return sync_file(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_file(SYS_fdatasync, fd); }

int sync_file_range(int fd, off_t offset, off_t bytes, unsigned flags) {
    return (int)syscall(SYS_sync_file_range, fd, offset, bytes, flags); /* promises nothing, so it forgets nothing */
}

static int rename_at(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    char full_from[PATH_MAX], full_to[PATH_MAX], held[PATH_MAX];
    if (!resolve(from_at, from, full_from) || !resolve(to_at, to, full_to))
        return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    pthread_mutex_lock(&lock);
    keep(full_to, held);
    int outcome = (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    int error = errno;
    if (!outcome)
        note_name(RENAMED, full_to, full_from, held);
    count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}
int rename(const char *from, const char *to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) {
    return rename_at(from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    return rename_at(from_at, from, to_at, to, flags);
}

static int unlink_at(int at, const char *path, int flags) {
    char full[PATH_MAX], held[PATH_MAX];
    if (!resolve(at, path, full) || (flags & AT_REMOVEDIR))
        return (int)syscall(SYS_unlinkat, at, path, flags);
    pthread_mutex_lock(&lock);
    keep(full, held);
    int outcome = (int)syscall(SYS_unlinkat, at, path, flags);
    int error = errno;
    if (!outcome)
        note_name(REMOVED, full, "", held);
    count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}
int unlink(const char *path) { return unlink_at(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_at(at, path, flags); }
int remove(const char *path) {
    int outcome = unlink_at(AT_FDCWD, path, 0);
    return outcome && errno == EISDIR ? rmdir(path) : outcome;
}

static int mkdir_at(int at, const char *path, mode_t mode) {
    char full[PATH_MAX];
    if (!resolve(at, path, full))
        return (int)syscall(SYS_mkdirat, at, path, mode);
    pthread_mutex_lock(&lock);
    int outcome = (int)syscall(SYS_mkdirat, at, path, mode);
    int error = errno;
    if (!outcome)
        note_name(DIRECTORY, full, "", "");
    count_call();
    pthread_mutex_unlock(&lock);
    errno = error;
    return outcome;
}
int mkdir(const char *path, mode_t mode) { return mkdir_at(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return mkdir_at(at, path, mode); }
